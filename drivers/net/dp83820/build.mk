# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call registers,drivers/net/dp83820/dp83820))
$(eval $(call component,drivers/net/dp83820/dp83820,$(addprefix drivers/net/dp83820/,card.c medium.c rings.c),\
    -Ilibs/driver/include -Ilibs/dataspace/include,$(BUILD)/gen/drivers/net/dp83820/dp83820_regs.h))
