# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call kernel-program,ipc-bench,tests/bench/ipc/ipc.c))

$(eval $(call public-target,bench-ipc,what the kernel's paths cost in instructions beside other kernels))
_bench-ipc: $(KERNEL) $(BUILD)/tests/kernel/ipc-bench
	@mkdir -p $(BUILD)/bench
	@tests/kernel/run $(KERNEL) $(BUILD)/tests/kernel/ipc-bench > $(BUILD)/bench/ipc.log || { cat $(BUILD)/bench/ipc.log; false; }
	@tests/bench/ipc/report $(BUILD)/bench/ipc.log $(BUILD)/bench/ipc.csv
