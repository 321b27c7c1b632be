# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call registers,drivers/template/template))
$(eval $(call component,drivers/template/template,drivers/template/template.c,,$(BUILD)/gen/drivers/template/template_regs.h))
