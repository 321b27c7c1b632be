# SPDX-License-Identifier: BSD-2-Clause
#
# The instruction profile: a plugin for the translator of QEMU, and what makes a table and a figure of its counts.

PROFILE_PLUGIN := $(BUILD)/qemu/profile-plugin.so
PROFILE_PLUGIN_CFLAGS := -std=gnu17 -O2 -g -fPIC $(WARNINGS) -D_GNU_SOURCE -isystem $(BUILD)/qemu/source/include/qemu

$(eval $(call flags-file,$(PROFILE_PLUGIN).flags,$(PROFILE_PLUGIN_CFLAGS)))
$(PROFILE_PLUGIN): tools/profile/plugin.c $(PROFILE_PLUGIN).flags $(BUILD)/qemu/configured.version
	$(say)$(HOST_CC) $(PROFILE_PLUGIN_CFLAGS) $$(pkg-config --cflags glib-2.0) -shared -o $@ $< -ldl

$(eval $(call public-target,profile,attribute every instruction of the echo at 450 Mb/s: table and stacked bar; IMAGE_LIST=names LOAD=Mb/s))
PROFILE_IMAGES = $(foreach image,$(or $(IMAGE_LIST),$(BENCH_IMAGES)),$(image)_0us $(image)_100us)
_profile: known-profile $(BENCH_ISOS) $(PROFILE_PLUGIN) $(BUILD)/qemu/pecan-devices.so
	@tools/profile/run $(BUILD)/profile $(or $(LOAD),450) $(PROFILE_IMAGES)

$(eval $(call public-target,life,list what the processor does for one packet$(comma) from interrupt to idle; IMAGE=name HOLDOFF=us LOAD=Mb/s))
LIFE_HOLDOFF = $(if $(filter file,$(origin HOLDOFF)),0,$(HOLDOFF))
_life: known-life $(BENCH_ISOS) $(PROFILE_PLUGIN) $(BUILD)/qemu/pecan-devices.so
	@tools/profile/run-life $(BUILD)/profile $(or $(LOAD),10) $(IMAGE)_$(LIFE_HOLDOFF)us

.PHONY: known-profile known-life
known-profile:
	@$(call each-of,image to measure,$(IMAGE_LIST),$(BENCH_IMAGES))
	@$(call rates,LOAD,$(LOAD))
known-life:
	@$(call one-of,image to measure,$(IMAGE),$(BENCH_IMAGES))
	@$(call one-of,HOLDOFF,$(LIFE_HOLDOFF),$(HOLDOFFS))
	@$(call rates,LOAD,$(LOAD))
