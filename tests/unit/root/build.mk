# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call host-test,root-elf,tests/unit/root/elf_test.c servers/root/elf.c,-Iservers/root,,))
