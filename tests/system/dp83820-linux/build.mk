# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call script-test,dp83820-linux,tests/system/dp83820-linux/witness,$(BUILD)/linux/initramfs.cpio $(BUILD)/qemu/pecan-devices.so))
$(eval $(call script-test,dp83820-properties,tests/system/dp83820-linux/properties,$(BUILD)/linux/initramfs.cpio $(BUILD)/qemu/pecan-devices.so))
$(eval $(call script-test,dp83820-snapshot,tests/system/dp83820-linux/snapshot,$(BUILD)/linux/initramfs.cpio $(BUILD)/qemu/pecan-devices.so))

# A virtual quarter of a minute at 600 Mb/s.
$(eval $(call public-target,witness,let Linux drive our card as in the tests and then echo a million packets))
_witness: $(BUILD)/linux/initramfs.cpio $(BUILD)/qemu/pecan-devices.so
	@tests/system/dp83820-linux/witness 1000000 | tee $(BUILD)/tests/witness.tap
	@! grep '^not ok' $(BUILD)/tests/witness.tap && grep -q '^ok - the driver has still nothing' $(BUILD)/tests/witness.tap
