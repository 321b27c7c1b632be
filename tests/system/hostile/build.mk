# SPDX-License-Identifier: BSD-2-Clause
HOSTILE_TRACES := $(patsubst %,$(BUILD)/gen/idl/%_trace.c,dataspace root udp)
$(eval $(call component,tests/system/hostile/hostile_client,tests/system/hostile/hostile_client.c tests/unit/hostile/hostile.c libs/interface/trace.c $(HOSTILE_TRACES),-I.,))
$(eval $(call script-test,hostile,tests/system/hostile/run $(BUILD)/images/hostile.iso,$(BUILD)/images/hostile.iso $(BUILD)/qemu/pecan-devices.so))
