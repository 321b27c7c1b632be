# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call component,tests/system/session/keeper,tests/system/session/keeper.c,,))
$(eval $(call component,tests/system/session/caller,tests/system/session/caller.c,,))
$(eval $(call script-test,session-closed,tests/system/session/run $(BUILD)/images/session.iso,$(BUILD)/images/session.iso))

IMAGE_VARIANTS += session_inside:session:keeper=caller
$(eval $(call script-test,session-inside,tests/system/session/run $(BUILD)/images/session_inside.iso,$(BUILD)/images/session_inside.iso))
