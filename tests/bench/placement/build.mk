# SPDX-License-Identifier: BSD-2-Clause
PLACEMENT_IMAGES := $(addprefix $(BUILD)/images/pingpong,.iso _shared.iso _inside.iso _preempt.iso)

$(eval $(call public-target,bench-placement,measure what a component costs in a program of its own$(comma) a shared one$(comma) its client's))
_bench-placement: $(PLACEMENT_IMAGES)
	@tests/bench/placement/run $(BUILD)/images $(BUILD)/bench/placement.csv

$(eval $(call script-test,placement,tests/bench/placement/check $(BUILD)/images $(BUILD)/bench/placement-test.csv,$(PLACEMENT_IMAGES)))
