# SPDX-License-Identifier: BSD-2-Clause
#
# The public targets. `$(call public-target,NAME,HELP)` makes NAME install what is missing and then make _NAME.

HELP_LINES :=
# $1 name, $2 help text
define public-target
HELP_LINES += "$(1)|$(2)"
.PHONY: $(1) _$(1)
$(1): setup
	+@$$(MAKE) _$(1)
endef

# Checks of what was typed, for targets that come before what is built. $1 variable, $2 its value, or words, $3 what is known.
one-of = case " $(3) " in *" $(2) "*) ;; *) echo "there is no $(1) $(2); known: $(3)" >&2; exit 1;; esac
each-of = for word in $(2); do $(call one-of,$(1),$$word,$(3)); done
# The first word is nothing: a shell's list must not be empty.
numbers = for word in "" $(2); do echo "$${word:-1}" | grep -qxE '[1-9][0-9]{0,8}' || \
    { echo "$(1) is a number from 1 to 999999999, not $$word" >&2; exit 1; }; done
rates = for word in "" $(2); do echo "$${word:-1}" | grep -qxE '[0-9]+(\.[0-9]+)?(kpps)?' || \
    { echo "$(1) is a number of Mb/s, or thousands of packets a second like 50kpps, not $$word" >&2; exit 1; }; done

.DEFAULT_GOAL := help
.PHONY: setup help clean FORCE
FORCE:

setup:
	@tools/build/setup

help:
	@echo "Pecan: make TARGET [VARIABLE=value ...]"
	@printf '%s\n' $(HELP_LINES) | awk -F'|' '{ printf "  %-18s %s\n", $$1, $$2 }'
	@echo "  clean              remove the build folder"

clean:
	rm -rf $(BUILD)

$(eval $(call public-target,test,run every test; the last line says how many passed and failed; ONLY=name runs one))
