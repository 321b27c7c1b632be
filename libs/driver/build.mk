# SPDX-License-Identifier: BSD-2-Clause
DRIVER_CFLAGS := -Ilibs/driver/include -Ilibs/dataspace/include
$(eval $(call user-library,driver,$(addprefix libs/driver/,device.c netdev.c netdev-pins.c netdev-calls.c netring.c ethernet.c eeprom.c await.c),\
    $(DRIVER_CFLAGS) $(RT_CFLAGS) $(INTERFACE_CFLAGS),$(call interface-headers,netdev pci dataspace root)))
