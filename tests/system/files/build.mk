# SPDX-License-Identifier: BSD-2-Clause
$(foreach name,reader stranger,$(eval $(call component,tests/system/files/$(name),tests/system/files/$(name).c,,)))
$(eval $(call script-test,files,tests/system/files/run $(BUILD)/images/files.iso,$(BUILD)/images/files.iso))
