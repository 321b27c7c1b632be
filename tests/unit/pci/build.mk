# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call host-test,pci,tests/unit/pci/cards_test.c drivers/bus/pci/cards.c,-Idrivers/bus/pci,,))
