# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call user-library,interface,libs/interface/message.c libs/interface/endpoint.c,$(INTERFACE_CFLAGS),))
