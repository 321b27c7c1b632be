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
