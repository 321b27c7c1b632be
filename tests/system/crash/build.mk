# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call script-test,crash,tests/system/crash/run $(BUILD)/images/crash.iso,$(BUILD)/images/crash.iso))
