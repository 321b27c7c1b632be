# SPDX-License-Identifier: BSD-2-Clause
VM_SOURCES := $(addprefix servers/vm/,pool.c task.c space.c page.c pressure.c cache.c serve.c own.c manager.c root.c)
$(eval $(call user-program,vm,$(VM_SOURCES) $(addprefix servers/vm/,main.c stress.c machine_l4.c start.S),\
    -Ilibs/dataspace/include $(RT_CFLAGS) $(INTERFACE_CFLAGS),interface l4,$(INTERFACE_HEADERS)))
