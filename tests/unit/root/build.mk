# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call host-test,root-elf,tests/unit/root/elf_test.c servers/root/elf.c,-Iservers/root,,))
$(eval $(call host-test,root-trace,tests/unit/root/trace_test.c servers/root/trace.c servers/root/elf.c,-Iservers/root,,))
$(eval $(call host-test,root-restart,tests/unit/root/restart_test.c servers/root/restart.c,-Iservers/root -Iservers/root/include,,))
$(eval $(call host-test,root-grave,tests/unit/root/grave_test.c servers/root/grave.c,-Iservers/root -Iservers/root/include -Ilibs/rt/include $(INTERFACE_HOST_CFLAGS),,$(INTERFACE_HEADERS)))
