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

$(eval $(call public-target,bench-linux,measure the Linux of Debian as a UDP echo in virtual time; NIC=e1000 virtio dp83820; QUICK=1))
_bench-linux: $(BUILD)/linux/initramfs.cpio $(BUILD)/qemu/pecan-devices.so
	@tools/bench/linux/run $(BUILD)/bench/linux.csv $(or $(NIC),e1000 virtio dp83820)
	@tools/bench/plot load $(BUILD)/bench/linux "UDP echo on Linux, virtual time" $(BUILD)/bench/linux.csv
	@if grep -q ',e1000,' $(BUILD)/bench/linux.csv; then \
	    tools/bench/linux/compare $(BUILD)/bench/linux.csv tools/bench/linux/reference.csv; fi
