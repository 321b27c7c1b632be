# SPDX-License-Identifier: BSD-2-Clause
HOSTILE_TRACES := $(patsubst %,$(BUILD)/gen/idl/%_trace.c,$(INTERFACES))
HOSTILE_COMMON := tests/system/hostile/interfaces.c tests/system/hostile/shake_off.c tests/unit/hostile/hostile.c libs/interface/trace.c $(HOSTILE_TRACES)
$(foreach end,client server,$(eval $(call component,tests/system/hostile/hostile_$(end),tests/system/hostile/hostile_$(end).c $(HOSTILE_COMMON),-I.,)))
$(foreach end,hostile hostile_server,$(eval $(call script-test,$(subst _,-,$(end)),tests/system/hostile/run-$(end) $(BUILD)/images/$(end).iso,\
    $(BUILD)/images/$(end).iso $(BUILD)/qemu/pecan-devices.so)))
