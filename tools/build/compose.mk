# SPDX-License-Identifier: BSD-2-Clause
#
# Components, and the programs and images that are put together from them by tools/mkimage.
#
#   $(BUILD)/user/NAME.a       a component: its code, with a note of the interfaces it was compiled against
#                              $(eval $(call component,servers/echo/echo,SOURCES,CFLAGS,GENERATED))
#
# The file servers/echo/echo.component describes it. The headers of all interfaces are among its GENERATED anyway. A component shows one name
# to the linker, that of its entry points, so any two components fit into one program whatever their functions are called. The two
# functions below are called from the rules that mkimage writes for each image.

IMAGE_LIBRARIES := session interface ring l4
ROOT_LIBRARIES  := root interface l4
ALL_INTERFACE_HEADERS := $(call interface-headers,$(patsubst idl/%.idl,%,$(wildcard idl/*.idl)))

# A component is optimised as a whole.
COMPONENT_CFLAGS := -flto

define component
$(BUILD)/gen/$(1)_notes.c: $(1).component $(BUILD)/tools/mkimage
	$(BUILD)/tools/mkimage --notes $$@ $$<
$(call user-objects,$(BUILD)/user/$(notdir $(1)),$(2) $(BUILD)/gen/$(1)_notes.c,$(COMPONENT_CFLAGS) $(3) $(RT_CFLAGS) $(INTERFACE_CFLAGS),$(4) $(ALL_INTERFACE_HEADERS))
$(BUILD)/user/$(notdir $(1)).a: $(objects_of_$(BUILD)/user/$(notdir $(1))) tools/build/compose.mk
	@rm -f $$@
	$$(say)$(USER_CC) $(USER_CFLAGS) $(COMPONENT_CFLAGS) -flto-partition=one -flinker-output=nolto-rel -r -nostdlib -o $(BUILD)/user/$(notdir $(1)).o $$(filter %.o,$$^)
	@$(CROSS_COMPILE)objcopy --keep-global-symbol=$(notdir $(1))_component --keep-global-symbol=$(notdir $(1))_notes $(BUILD)/user/$(notdir $(1)).o
	@$(CROSS_COMPILE)ar rcs $$@ $(BUILD)/user/$(notdir $(1)).o
endef

# Programs of an image lie beside each other; those of another image may lie at the same place. $1 number in the image, root is 0.
composed-base = $(shell printf '0x%x' $$((0x20000000 + $(1) * 0x1000000)))

# $1 image, $2 program, $3 libraries, $4 options, $5 number in the image
define composed-program
$(eval base_of_$(1).$(2) := $(call composed-base,$(5)))
$(BUILD)/images/$(1)/programs/$(2).c: $(BUILD)/images/$(1)/rules.mk ;
$(call user-program,$(1).$(2),$(BUILD)/images/$(1)/programs/$(2).c,$(RT_CFLAGS) $(INTERFACE_CFLAGS),$(3) $(IMAGE_LIBRARIES),,$(4))
endef

# $1 image, $2 programs in the order of their start, of which those named IMAGE.PROGRAM are composed. IMAGE_ARGUMENTS_NAME is what
# stands on the kernel's command line in image NAME.
define composed-image
$(eval base_of_$(1).root := $(call composed-base,0))
$(BUILD)/images/$(1)/root.c: $(BUILD)/images/$(1)/rules.mk ;
$(call user-program,$(1).root,$(BUILD)/images/$(1)/root.c,$(ROOT_CFLAGS),$(ROOT_LIBRARIES),,)
$(BUILD)/images/$(1)/verified: $(addprefix $(BUILD)/programs/,$(filter $(1).%,$(2)))
	@$(if $(filter $(1).%,$(2)),$(BUILD)/tools/mkimage --verify $$^)
	@touch $$@
$(BUILD)/images/$(1).iso: $(BUILD)/images/$(1)/verified
$(call boot-image,$(1),$(KERNEL),$(IMAGE_ARGUMENTS_$(1)),$(addprefix $(BUILD)/programs/,$(1).root $(2)))
endef
