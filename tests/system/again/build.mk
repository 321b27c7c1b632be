# SPDX-License-Identifier: BSD-2-Clause

# $1 name, $2 ends in all, of eight programs
define again-image
IMAGE_VARIANTS += again_$(1):again:template.rate=9
IMAGE_ARGUMENTS_again_$(1) := root.end=all:25:$(2)
endef
$(eval $(call again-image,few,24))
$(eval $(call again-image,often,400))
$(eval $(call script-test,again,tests/system/again/run $(BUILD)/images/again_few.iso $(BUILD)/images/again_often.iso,\
    $(BUILD)/images/again_few.iso $(BUILD)/images/again_often.iso $(BUILD)/qemu/pecan-devices.so))
