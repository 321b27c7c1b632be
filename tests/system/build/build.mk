# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call script-test,build,tests/system/build/run $(BUILD),$(BUILD)/images/hello.iso $(BUILD)/tests/kernel/kernel-test tests/system/build/run))
$(eval $(call script-test,setup,tests/system/build/setup,tests/system/build/setup tools/build/setup))
