# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call script-test,trace,tests/system/trace/run $(BUILD)/images/traced.iso,$(BUILD)/images/traced.iso))
