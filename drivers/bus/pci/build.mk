# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call component,drivers/bus/pci/pci,$(addprefix drivers/bus/pci/,pci.c cards.c config.c),,))
