# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call component,tests/system/overstay/lender,tests/system/overstay/lender.c,,))
$(eval $(call component,tests/system/overstay/pinner,tests/system/overstay/pinner.c,,))
$(eval $(call component,tests/system/overstay/timed,tests/system/overstay/timed.c,$(DRIVER_CFLAGS),))
$(eval $(call script-test,overstay,tests/system/overstay/run $(BUILD)/images/overstay.iso,$(BUILD)/images/overstay.iso))
