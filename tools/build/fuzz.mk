# SPDX-License-Identifier: BSD-2-Clause
#
#   $(eval $(call fuzz-test,NAME,SOURCES,CFLAGS,CORPUS,GENERATED,SECONDS))
#
# builds a libFuzzer program from SOURCES (which define LLVMFuzzerTestOneInput) with the address and undefined-behaviour
# sanitizers, and a test of that name that feeds it the files of the CORPUS folders and then mutations of them for SECONDS
# (FUZZ_TIME_S if left out). `make fuzz-NAME` goes on for ten minutes, or FUZZ_TIME_S; what it finds to be new collects in
# build/fuzz/NAME.

FUZZ_CC     := clang
FUZZ_TIME_S ?= 15
FUZZ_LONG_S = $(if $(filter file,$(origin FUZZ_TIME_S)),600,$(FUZZ_TIME_S))
FUZZ_CFLAGS := -std=c17 -O1 -g $(WARNINGS) -D_GNU_SOURCE -I. -I$(BUILD)/gen \
               -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined

# $1 program, $2 sources, $3 compile flags, $5 generated headers
define fuzz-link
$(eval objects_of_$(1) := $(patsubst %.c,$(1).objects/%.o,$(2)))
$(call flags-file,$(1).objects/flags,$(FUZZ_CC) $(FUZZ_CFLAGS) $(3))
$(1): $(objects_of_$(1))
	@mkdir -p $$(@D)
	$$(say)$(FUZZ_CC) $(FUZZ_CFLAGS) -o $$@ $$^
$(objects_of_$(1)): $(1).objects/%.o: %.c $(1).objects/flags | $(5)
	@mkdir -p $$(@D)
	$$(say)$(FUZZ_CC) $(FUZZ_CFLAGS) $(3) -MMD -MP -c -o $$@ $$<
-include $(objects_of_$(1):.o=.d)
endef

define fuzz-test
$(call fuzz-link,$(BUILD)/tests/$(1),$(2),$(3),,$(5))
$(call script-test,$(1),tests/run-fuzzer $(1) $(BUILD)/tests/$(1) $(BUILD)/fuzz/$(1) $(or $(6),$(FUZZ_TIME_S)) $(4),$(BUILD)/tests/$(1))
.PHONY: fuzz-$(1)
fuzz-$(1): $(BUILD)/tests/$(1)
	tests/run-fuzzer $(1) $(BUILD)/tests/$(1) $(BUILD)/fuzz/$(1) $$(FUZZ_LONG_S) $(4)
endef
