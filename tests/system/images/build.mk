# SPDX-License-Identifier: BSD-2-Clause

# $1 image, $2 what it says when it works
define image-boots
$(call script-test,image-$(1),tests/system/images/boots $(BUILD)/images $(1) "$(2)",$(BUILD)/images/$(1).iso)
endef

$(eval $(call image-boots,hello,hello: hello$(comma) world))
$(eval $(call image-boots,template,template_client: 20 ticks counted))

# A second opinion on the machine.
$(eval $(call script-test,bochs,tests/system/images/bochs $(BUILD)/images/hello.iso "hello: hello$(comma) world",$(BUILD)/images/hello.iso))

$(eval $(call script-test,screen,tests/system/images/screen $(BUILD)/images/hello.iso "hello: hello$(comma) world",$(BUILD)/images/hello.iso tests/system/images/screen))
