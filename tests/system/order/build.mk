# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call component,tests/system/order/talker,tests/system/order/talker.c,,))
$(eval $(call script-test,log-order,tests/system/order/run $(BUILD)/images/order.iso,$(BUILD)/images/order.iso))
