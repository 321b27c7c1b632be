# SPDX-License-Identifier: BSD-2-Clause
VM_TEST_SOURCES := tests/unit/vm/vm_bench.c tests/unit/vm/machine_host.c $(VM_SOURCES) libs/dataspace/translation.c $(INTERFACE_HOST_SOURCES)
VM_TEST_CFLAGS := -Ilibs/dataspace/include -Iservers/vm $(INTERFACE_HOST_CFLAGS)
$(eval $(call host-test,vm,tests/unit/vm/vm_test.c $(VM_TEST_SOURCES),$(VM_TEST_CFLAGS),,$(INTERFACE_HEADERS)))
$(eval $(call host-test,vm-cache,tests/unit/vm/cache_test.c $(VM_TEST_SOURCES),$(VM_TEST_CFLAGS),,$(INTERFACE_HEADERS)))
$(eval $(call host-test,vm-dma,tests/unit/vm/dma_test.c $(VM_TEST_SOURCES),$(VM_TEST_CFLAGS),,$(INTERFACE_HEADERS)))
