# SPDX-License-Identifier: BSD-2-Clause
DATASPACE_CFLAGS := -Ilibs/dataspace/include
$(eval $(call user-library,dataspace,libs/dataspace/translation.c,$(DATASPACE_CFLAGS),))
