# SPDX-License-Identifier: BSD-2-Clause
#
# Measuring our own images: each with hold-off 0 and 100 us, beside Linux on the same card.

BENCH_IMAGES := $(filter echo paper merged,$(patsubst images/%.image,%,$(wildcard images/*.image)))
IMAGE_VARIANTS += $(foreach image,$(BENCH_IMAGES),$(foreach us,0 100,$(image)_$(us)us:$(image):dp83820.holdoff_us=$(us)))
BENCH_ISOS := $(foreach image,$(BENCH_IMAGES),$(foreach us,0 100,$(BUILD)/images/$(image)_$(us)us.iso))
BENCH := $(BUILD)/bench
PEERS := tools/bench/echo/peers.csv
SIZES_NEED := $(BUILD)/images/echo_reports.iso $(BUILD)/qemu/profile-plugin.so $(BUILD)/qemu/pecan-devices.so

$(eval $(call public-target,bench,measure our images as UDP echo in virtual time beside Linux: tables and figures; QUICK=1; IMAGE_LIST=names))
_bench: known-bench $(BENCH_ISOS) $(SIZES_NEED) $(BENCH)/linux.csv
	@tools/bench/echo/run $(BENCH)/echo.csv $(or $(IMAGE_LIST),$(BENCH_IMAGES))
	@tools/bench/echo/table $(PEERS) $(BENCH)/linux.csv $(BENCH)/echo.csv | tee $(BENCH)/echo.txt
	@tools/bench/echo/sizes | tee -a $(BENCH)/echo.txt
	@grep -E '^system|^linux,[^,]*,dp83820' $(BENCH)/linux.csv >$(BENCH)/linux-dp83820.csv
	@grep -E '^system|^pecan,echo,' $(BENCH)/echo.csv >$(BENCH)/pecan-echo.csv
	@POINTS=tools/bench/echo/paper.csv tools/bench/plot load $(BENCH)/load "UDP echo over the DP83820, virtual time" \
	    $(BENCH)/pecan-echo.csv $(BENCH)/linux-dp83820.csv
	@tools/bench/plot latency $(BENCH)/latency "Latency of a UDP echo, wire included" $(BENCH)/pecan-echo.csv $(BENCH)/linux-dp83820.csv $(PEERS)
	@tools/bench/plot cost $(BENCH)/cost "Instructions for a UDP echo (of Prime, 2004: cycles)" $(BENCH)/echo.csv $(BENCH)/linux-dp83820.csv $(PEERS)

.PHONY: known-bench known-overload
known-bench:
	@$(call each-of,image to measure,$(IMAGE_LIST),$(BENCH_IMAGES))
	@$(call one-of,QUICK,$(or $(QUICK),0),0 1)
known-overload:
	@$(call one-of,image to measure,$(or $(IMAGE),echo),$(BENCH_IMAGES))
	@$(call one-of,QUICK,$(or $(QUICK),0),0 1)

# Linux does not change with our sources: measured once, anew by bench-linux.
$(BENCH)/linux.csv: | $(BUILD)/linux/initramfs.cpio $(BUILD)/qemu/pecan-devices.so
	@tools/bench/linux/run $@ e1000 virtio dp83820

$(eval $(call public-target,bench-overload,flood our image with the shortest packets at wire speed; IMAGE=name))
_bench-overload: known-overload $(BUILD)/images/$(or $(IMAGE),echo)_100us.iso $(BUILD)/qemu/pecan-devices.so
	@mkdir -p $(BENCH)
	@tools/bench/echo/overload $(or $(IMAGE),echo)
