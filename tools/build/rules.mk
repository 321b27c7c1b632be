# SPDX-License-Identifier: BSD-2-Clause
#
# Functions for the build.mk files of the folders. Every object depends on a file that holds its compile line, so that a changed
# flag rebuilds what it touches and nothing else. Names of what is made:
#
#   $(BUILD)/tools/NAME    a program for the host             $(eval $(call host-program,NAME,SOURCES,CFLAGS,LDLIBS,GENERATED))
#   $(BUILD)/tests/NAME    a CMocka test on the host          $(eval $(call host-test,NAME,SOURCES,CFLAGS,LDLIBS,GENERATED))
#   -                      a test that is a command           $(eval $(call script-test,NAME,COMMAND,PREREQUISITES))
#   $(BUILD)/gen/...       what the description tools write
#
# GENERATED lists headers that must exist before the first compilation. A test prints TAP lines ("ok - …", "not ok - …").

HOST_CC      := gcc
# Each step prints what it makes; with V=1, how.
V            ?=
say           = $(if $(V),,@echo "  $@" &&)
WARNINGS     := -Wall -Wextra -Werror
HOST_CFLAGS  := -std=c17 -O2 -g $(WARNINGS) -D_GNU_SOURCE -I. -I$(BUILD)/gen
SANITIZE     := -fsanitize=address,undefined -fno-sanitize-recover=undefined
TESTS        :=

# $1 file, $2 text: rewrites the file only if the text differs.
define flags-file
$(1): FORCE
	@mkdir -p $$(@D)
	@printf '%s\n' '$(strip $(2))' | cmp -s - $$@ || printf '%s\n' '$(strip $(2))' > $$@
endef

# $1 output, $2 sources, $3 compile flags, $4 libraries, $5 generated headers, $6 link flags
define host-link
$(eval objects_of_$(1) := $(sort $(patsubst %.c,$(1).objects/%.o,$(2))))
$(call flags-file,$(1).objects/flags,$(HOST_CC) $(HOST_CFLAGS) $(3) $(6) $(4))
$(1): $(objects_of_$(1))
	@mkdir -p $$(@D)
	$$(say)$(HOST_CC) $(6) -o $$@ $$^ $(4)
$(objects_of_$(1)): $(1).objects/%.o: %.c $(1).objects/flags | $(5)
	@mkdir -p $$(@D)
	$$(say)$(HOST_CC) $(HOST_CFLAGS) $(3) $(6) -MMD -MP -c -o $$@ $$<
-include $(objects_of_$(1):.o=.d)
endef

# $1 name, $2 sources, $3 compile flags, $4 libraries, $5 generated headers
define host-program
$(call host-link,$(BUILD)/tools/$(1),$(2),$(3),$(4),$(5),)
endef

define host-test
$(call host-link,$(BUILD)/tests/$(1),$(2),$(3),-lcmocka $(4),$(5),$(SANITIZE))
$(call script-test,$(1),$(BUILD)/tests/$(1),$(BUILD)/tests/$(1))
endef

# $1 name, $2 command, $3 prerequisites
define script-test
TESTS += $(1)
$(BUILD)/tests/results/$(1).tap: $(3) FORCE
	@tests/run-one $(1) $$@ $(2)
endef
