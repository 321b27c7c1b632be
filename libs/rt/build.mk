# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call user-library,rt,$(RT_SOURCES) $(wildcard libs/rt/target/*.c libs/rt/target/*.S),$(RT_CFLAGS) $(INTERFACE_CFLAGS),\
	$(call interface-headers,dataspace log root)))
