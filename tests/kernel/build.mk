# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call kernel-program,kernel-test,tests/kernel/main.c $(wildcard tests/kernel/*_test.c)))
$(eval $(call script-test,kernel,tests/kernel/run $(KERNEL) $(BUILD)/tests/kernel/kernel-test,$(KERNEL) $(BUILD)/tests/kernel/kernel-test tests/kernel/run))
# The same on a processor with SMEP, SMAP and whatever else QEMU knows.
$(eval $(call script-test,kernel-max,tests/kernel/run $(KERNEL) $(BUILD)/tests/kernel/kernel-test -cpu max,$(KERNEL) $(BUILD)/tests/kernel/kernel-test tests/kernel/run))
$(eval $(call script-test,kernel-log,tests/kernel/log $(KERNEL) $(BUILD)/tests/kernel/kernel-test,$(KERNEL) $(BUILD)/tests/kernel/kernel-test tests/kernel/log tests/kernel/run))
$(eval $(call script-test,kernel-nmi,tests/kernel/nmi $(KERNEL) $(BUILD)/tests/kernel/kernel-fuzz -m 256 -cpu max -append calls=500000,$(KERNEL) $(BUILD)/tests/kernel/kernel-fuzz tests/kernel/nmi))
$(eval $(call script-test,kernel-nmi-windows,tests/kernel/nmi-windows $(KERNEL) $(BUILD)/tests/kernel/kernel-test -cpu max,$(KERNEL) $(BUILD)/tests/kernel/kernel-test tests/kernel/nmi-windows))
$(eval $(call script-test,kernel-panic,tests/kernel/panic $(KERNEL) $(BUILD)/tests/kernel/kernel-test,$(KERNEL) $(BUILD)/tests/kernel/kernel-test tests/kernel/panic))
# And on a second opinion of the machine.
$(eval $(call boot-image,kernel-test,$(KERNEL),,$(BUILD)/tests/kernel/kernel-test))
$(eval $(call script-test,kernel-bochs,tests/kernel/bochs $(BUILD)/images/kernel-test.iso,$(BUILD)/images/kernel-test.iso tests/kernel/bochs))
$(eval $(call script-test,kernel-spurious,tests/kernel/spurious $(KERNEL) $(BUILD)/tests/kernel/kernel-fuzz -m 256 -append calls=300000,$(KERNEL) $(BUILD)/tests/kernel/kernel-fuzz tests/kernel/spurious))
