# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call script-test,console-log,tests/system/console/run $(BUILD)/images/console.iso,$(BUILD)/images/console.iso))

IMAGE_VARIANTS += console_ended:console:partner=partner
IMAGE_ARGUMENTS_console_ended := root.end=console:100
$(eval $(call script-test,console-restart,tests/system/console/restarted $(BUILD)/images/console_ended.iso,$(BUILD)/images/console_ended.iso))
