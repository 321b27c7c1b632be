# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call component,tests/system/busy/busy,tests/system/busy/busy.c,,))
BUSY_WAYS := 0 1 2
IMAGE_VARIANTS += $(foreach way,$(BUSY_WAYS),busy_$(way):busy:busy.way=$(way))
$(eval $(call script-test,busy,tests/system/busy/run $(BUILD)/images $(BUSY_WAYS),$(BUSY_WAYS:%=$(BUILD)/images/busy_%.iso) $(BUILD)/qemu/pecan-devices.so))
