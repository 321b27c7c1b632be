# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call kernel-program,kernel-test,tests/kernel/main.c $(wildcard tests/kernel/*_test.c)))
$(eval $(call script-test,kernel,tests/kernel/run $(KERNEL) $(BUILD)/tests/kernel/kernel-test,$(KERNEL) $(BUILD)/tests/kernel/kernel-test tests/kernel/run))
