# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call script-test,wire-hostile,tests/system/wire/hostile $(BUILD)/images/echo.iso,$(BUILD)/images/echo.iso $(BUILD)/qemu/pecan-devices.so))

$(eval $(call public-target,soak,ten million hostile frames from the wire between packets that have to be echoed))
_soak: $(BUILD)/images/echo.iso $(BUILD)/qemu/pecan-devices.so
	@! TEST_TIMEOUT_S=7200 tests/system/wire/hostile $(BUILD)/images/echo.iso 10000000 | tee /dev/stderr | grep -q '^not ok'
