# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call script-test,crash,tests/system/crash/run $(BUILD)/images/crash.iso,$(BUILD)/images/crash.iso))

IMAGE_VARIANTS += crash_counted:crash:fragile_doomed.deaths=3
IMAGE_ARGUMENTS_crash_counted := root.report=50
$(eval $(call script-test,crash-counted,tests/system/crash/counted $(BUILD)/images/crash_counted.iso,$(BUILD)/images/crash_counted.iso))
