# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call user-program,mute,tests/system/mute/mute.c,$(RT_CFLAGS) $(INTERFACE_CFLAGS),interface l4,$(call interface-headers,root)))
$(eval $(call script-test,log-mute,tests/system/mute/run $(BUILD)/images/mute.iso,$(BUILD)/images/mute.iso))
