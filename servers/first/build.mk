# SPDX-License-Identifier: BSD-2-Clause
$(foreach program,visitor partner faulty,$(eval $(call user-program,$(program),servers/first/$(program).c,\
    $(RT_CFLAGS) $(INTERFACE_CFLAGS),interface l4,$(call interface-headers,greeting dataspace root))))
