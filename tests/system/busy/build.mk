# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call component,tests/system/busy/busy,tests/system/busy/busy.c,,))
$(eval $(call component,tests/system/busy/flapper,tests/system/busy/flapper.c,,))
BUSY_WAYS := 0 1 2
IMAGE_VARIANTS += $(foreach way,$(BUSY_WAYS),busy_$(way):busy:busy.way=$(way) flap_$(way):flap:flapper.way=$(way))
BUSY_ISOS := $(foreach way,$(BUSY_WAYS),$(BUILD)/images/busy_$(way).iso $(BUILD)/images/flap_$(way).iso)
$(eval $(call script-test,busy,tests/system/busy/run $(BUSY_ISOS),$(BUSY_ISOS) $(BUILD)/qemu/pecan-devices.so))
