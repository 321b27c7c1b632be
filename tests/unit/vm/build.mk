# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call host-test,vm,tests/unit/vm/vm_test.c tests/unit/vm/machine_host.c $(VM_SOURCES) libs/dataspace/translation.c $(INTERFACE_HOST_SOURCES),\
    -Ilibs/dataspace/include -Iservers/vm $(INTERFACE_HOST_CFLAGS),,$(INTERFACE_HEADERS)))
