# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call component,tests/system/cards/card_owner,tests/system/cards/card_owner.c,,))
$(eval $(call component,tests/system/cards/card_outsider,tests/system/cards/card_outsider.c,,))
$(eval $(call script-test,cards,tests/system/cards/run $(BUILD)/images/cards.iso,$(BUILD)/images/cards.iso $(BUILD)/qemu/pecan-devices.so))
