# SPDX-License-Identifier: BSD-2-Clause
IMAGE_VARIANTS += echo_reports:echo:net.report_ms=1000
SOAK_ISO := $(BUILD)/images/echo_reports.iso
$(eval $(call script-test,soak-2s,tests/system/soak/run $(SOAK_ISO) 2,$(SOAK_ISO) $(BUILD)/qemu/pecan-devices.so))
$(eval $(call script-test,leaks-hostile,tests/system/soak/hostile $(SOAK_ISO) 20000,$(SOAK_ISO) $(BUILD)/qemu/pecan-devices.so))

$(eval $(call public-target,soak-wire,ten virtual minutes at wire speed that end with the buffers they began with; SECONDS=600))
_soak-wire: $(SOAK_ISO) $(BUILD)/qemu/pecan-devices.so
	@! tests/system/soak/run $(SOAK_ISO) $(or $(SECONDS),600) | tee /dev/stderr | grep -q '^not ok'
