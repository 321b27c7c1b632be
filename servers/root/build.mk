# SPDX-License-Identifier: BSD-2-Clause
# Root without a table. A program that is root for an image is linked from this library and the table that mkimage wrote.
ROOT_CFLAGS := -Iservers/root/include $(L4_CFLAGS)
$(eval $(call user-library,root,$(wildcard servers/root/*.c servers/root/*.S),$(ROOT_CFLAGS) $(RT_CFLAGS) $(INTERFACE_CFLAGS),$(INTERFACE_HEADERS)))
