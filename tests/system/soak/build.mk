# SPDX-License-Identifier: BSD-2-Clause
IMAGE_VARIANTS += echo_reports:echo:dp83820.holdoff_us=100
IMAGE_ARGUMENTS_echo_reports := root.report=1000
SOAK_ISO := $(BUILD)/images/echo_reports.iso
SOAK_NEEDS := $(SOAK_ISO) $(BUILD)/qemu/pecan-devices.so
$(eval $(call script-test,soak-minute,tests/system/soak/run $(SOAK_ISO) 60,$(SOAK_NEEDS)))
$(eval $(call script-test,hostile-frames,tests/system/soak/hostile $(SOAK_ISO) 1000000,$(SOAK_NEEDS)))

$(eval $(call public-target,soak,ten virtual minutes at wire speed and ten million hostile frames that lose nothing; SECONDS=600 FRAMES=10000000))
.PHONY: known-soak
known-soak:
	@$(call numbers,SECONDS,$(SECONDS))
	@$(call numbers,FRAMES,$(FRAMES))

_soak: known-soak $(SOAK_NEEDS)
	@mkdir -p $(BUILD)/tests
	@{ tests/system/soak/run $(SOAK_ISO) $(or $(SECONDS),600) || echo "not ok - wire speed: broke off"; \
	    tests/system/soak/hostile $(SOAK_ISO) $(or $(FRAMES),10000000) || echo "not ok - hostile frames: broke off"; } | tee $(BUILD)/tests/soak
	@tests/summary $(BUILD)/tests/soak
