# SPDX-License-Identifier: BSD-2-Clause
MASKED_PLUGIN := $(BUILD)/qemu/masked-plugin.so
MASKED_LIMIT  := 5000

$(MASKED_PLUGIN): tests/kernel/masked/plugin.c $(BUILD)/qemu/configured.version
	$(say)$(HOST_CC) -std=gnu17 -O2 -g -fPIC $(WARNINGS) -isystem $(BUILD)/qemu/source/include/qemu \
		$$(pkg-config --cflags glib-2.0) -shared -o $@ $<

MASKED_NEEDS := $(KERNEL) $(MASKED_PLUGIN) tests/kernel/run tests/kernel/masked/check
$(eval $(call script-test,kernel-masked,tests/kernel/masked/check $(KERNEL) $(BUILD)/tests/kernel/kernel-test $(MASKED_PLUGIN) $(MASKED_LIMIT),$(MASKED_NEEDS) $(BUILD)/tests/kernel/kernel-test))
$(eval $(call script-test,kernel-masked-fuzz,tests/kernel/masked/check $(KERNEL) $(BUILD)/tests/kernel/kernel-fuzz $(MASKED_PLUGIN) $(MASKED_LIMIT) -m 256 -append calls=300000,$(MASKED_NEEDS) $(BUILD)/tests/kernel/kernel-fuzz))
