# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call user-library,rt,$(RT_SOURCES) $(wildcard libs/rt/target/*.c libs/rt/target/*.S),$(RT_CFLAGS) $(INTERFACE_CFLAGS),\
	$(call interface-headers,dataspace log root)))

$(eval $(call user-library,tracer,libs/rt/tracer.c libs/interface/trace.c $(patsubst %,$(BUILD)/gen/idl/%_trace.c,$(INTERFACES)),\
    $(RT_CFLAGS) $(INTERFACE_CFLAGS),))

# What runs for every packet. Not what the C library calls: that is asked for too late.
$(patsubst %.c,$(BUILD)/user/rt/%.o,$(addprefix libs/rt/,dispatch.c target/run.c target/wake.c target/ticker.c)): LINK_TIME := -flto
