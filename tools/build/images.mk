# SPDX-License-Identifier: BSD-2-Clause
#
# One set of rules for each images/NAME.image, written by mkimage into $(BUILD)/images/NAME, beside the tables they compile, the report and
# the picture. An image that has an error is left out, after the message of mkimage.
#
# IMAGE_VARIANTS holds words NAME:OF:COMPONENT=PROGRAM, NAME:OF:COMPONENT.PARAMETER=VALUE and NAME:OF:sleep=WAY, images that differ from
# another by one placement, one parameter, or how the programs sleep.

IMAGE_NAMES     := $(patsubst images/%.image,%,$(wildcard images/*.image))
COMPONENT_FILES := $(wildcard servers/*/*.component drivers/*/*.component drivers/*/*/*.component tests/*/*/*.component)
IMAGE_INPUTS    := $(COMPONENT_FILES) $(wildcard idl/*.idl)

# $1 name, $2 of which image it is, $3 further options
define image-rules
$(BUILD)/images/$(1)/rules.mk: images/$(2).image $(IMAGE_INPUTS) $(BUILD)/tools/mkimage
	@mkdir -p $$(@D)
	@$(BUILD)/tools/mkimage $(3) --report $$(@D)/report.txt --picture $$(@D)/picture.dot --root $$(@D)/root.c \
	    --programs $$(@D)/programs --rules $$@ $$< $(IMAGE_INPUTS)
endef
$(foreach name,$(IMAGE_NAMES),$(eval $(call image-rules,$(name),$(name),)))
# $1 the three words of a variant
image-variant = $(call image-rules,$(word 1,$(1)),$(word 2,$(1)),--name $(word 1,$(1)) \
    $(if $(filter sleep=%,$(word 3,$(1))),--sleep $(patsubst sleep=%,%,$(word 3,$(1))),$(if $(findstring \
    .,$(word 3,$(1))),--set,--place) $(word 3,$(1))))
$(foreach variant,$(IMAGE_VARIANTS),$(eval $(call image-variant,$(subst :, ,$(variant)))))

# Written only where something is to be built: `make help` needs no mkimage.
ifneq ($(filter _% $(BUILD)/%,$(MAKECMDGOALS)),)
-include $(patsubst %,$(BUILD)/images/%/rules.mk,$(IMAGE_NAMES) $(foreach variant,$(IMAGE_VARIANTS),$(firstword $(subst :, ,$(variant)))))
endif

$(BUILD)/images/%/picture.svg: $(BUILD)/images/%/rules.mk
	@dot -Tsvg -o $@ $(@D)/picture.dot

$(eval $(call public-target,report,print the system that an image makes (IMAGE=name) and draw it))
_report: known-image
	+@$(MAKE) $(BUILD)/images/$(IMAGE)/picture.svg
	@cat $(BUILD)/images/$(IMAGE)/report.txt
	@echo "the picture is in $(BUILD)/images/$(IMAGE)/picture.svg"
