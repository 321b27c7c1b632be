# SPDX-License-Identifier: BSD-2-Clause
IPXE := $(BUILD)/ipxe
$(IPXE)/done:
	$(say)mkdir -p $(BUILD) && tools/build/fetch-package ipxe "$$(. /etc/os-release; [ "$$ID" = debian ] && echo "$$VERSION_CODENAME" || echo bookworm)" \
	    $(IPXE) >$(BUILD)/ipxe.log 2>&1
$(eval $(call script-test,dp83820-ipxe,tests/system/dp83820-ipxe/witness $(IPXE)/root/usr/lib/ipxe/ipxe.iso,$(IPXE)/done $(BUILD)/qemu/pecan-devices.so))
