# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call script-test,first,tests/system/first/run $(BUILD)/images/first.iso,$(BUILD)/images/first.iso))
