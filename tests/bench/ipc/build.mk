# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call interface,tests/bench/ipc/sum))
$(eval $(call kernel-program,ipc-bench,tests/bench/ipc/ipc.c tests/bench/ipc/generated.c libs/interface/message.c libs/interface/endpoint.c,\
    $(INTERFACE_CFLAGS) -I$(BUILD)/gen))
$(BUILD)/tests/kernel/ipc-bench.objects/tests/bench/ipc/generated.o: | $(BUILD)/gen/tests/bench/ipc/sum.h

$(eval $(call public-target,bench-ipc,what the kernel's paths cost in instructions beside other kernels))
_bench-ipc: $(KERNEL) $(BUILD)/tests/kernel/ipc-bench
	@mkdir -p $(BUILD)/bench
	@tests/kernel/run $(KERNEL) $(BUILD)/tests/kernel/ipc-bench > $(BUILD)/bench/ipc.log || { cat $(BUILD)/bench/ipc.log; false; }
	@tests/bench/ipc/report $(BUILD)/bench/ipc.log $(BUILD)/bench/ipc.csv
$(eval $(call script-test,kernel-figures,tests/bench/ipc/check $(KERNEL) $(BUILD)/tests/kernel/ipc-bench,$(KERNEL) $(BUILD)/tests/kernel/ipc-bench tests/bench/ipc/check tests/bench/ipc/report))
