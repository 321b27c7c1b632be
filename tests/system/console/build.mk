# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call script-test,console-log,tests/system/console/run $(BUILD)/images/console.iso,$(BUILD)/images/console.iso))
