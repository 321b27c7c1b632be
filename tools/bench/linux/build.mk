# SPDX-License-Identifier: BSD-2-Clause
#
# The Linux that we compare with: Debian's kernel package, unpacked, and an initial RAM file system with one program.

LINUX := $(BUILD)/linux
LINUX_MODULES := e1000 virtio_pci virtio_net ns83820 8021q

$(LINUX)/version:
	$(say)tools/bench/linux/fetch-kernel $(LINUX)

$(LINUX)/init: tools/bench/linux/init.c
	@mkdir -p $(@D)
	$(say)$(HOST_CC) -std=c17 -O2 $(WARNINGS) -D_GNU_SOURCE -static -o $@ $<

$(LINUX)/initramfs.cpio: $(LINUX)/version $(LINUX)/init tools/bench/linux/make-initramfs
	$(say)tools/bench/linux/make-initramfs $(LINUX)/package/root $(LINUX)/init $@ $(LINUX_MODULES)

# All cards, unless one is named (NIC has a default for `make run`); those of one card have files of their own.
LINUX_ALL_NICS := e1000 virtio dp83820
LINUX_NICS = $(if $(filter file undefined,$(origin NIC)),$(LINUX_ALL_NICS),$(NIC))
LINUX_RESULTS = $(BUILD)/bench/linux$(if $(filter-out $(LINUX_NICS),$(LINUX_ALL_NICS)),.$(subst $() ,+,$(strip $(LINUX_NICS))))
LINUX_REFERENCE := tools/bench/linux/reference.csv

$(eval $(call public-target,bench-linux,measure the Linux of Debian as a UDP echo in virtual time; NIC=e1000 virtio dp83820; QUICK=1))
.PHONY: known-linux
known-linux:
	@$(call each-of,NIC,$(LINUX_NICS),$(LINUX_ALL_NICS))
	@$(call one-of,QUICK,$(or $(QUICK),0),0 1)

_bench-linux: known-linux $(BUILD)/linux/initramfs.cpio $(BUILD)/qemu/pecan-devices.so
	@tools/bench/linux/run $(LINUX_RESULTS).csv $(LINUX_NICS)
	@tools/bench/plot load $(LINUX_RESULTS) "UDP echo on Linux, virtual time" $(LINUX_RESULTS).csv
	@if grep -q ',e1000,' $(LINUX_RESULTS).csv; then \
	    tools/bench/linux/as-reference $(BUILD)/bench/linux-as-reference.csv $(LINUX_REFERENCE) && \
	    tools/bench/linux/compare $(BUILD)/bench/linux-as-reference.csv $(LINUX_REFERENCE); fi

$(eval $(call script-test,linux-compare,tools/bench/linux/check-compare,))
