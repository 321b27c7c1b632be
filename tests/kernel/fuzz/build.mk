# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call kernel-program,kernel-fuzz,tests/kernel/fuzz/fuzz.c tests/kernel/fuzz/attacker.c))

CALLS ?= 2000000
SEED  ?= 1
KERNEL_FUZZ_RUN := tests/kernel/run $(KERNEL) $(BUILD)/tests/kernel/kernel-fuzz -m 256 -append "calls=$(CALLS) seed=$(SEED)"

$(eval $(call script-test,kernel-fuzz,env TIME_LIMIT=300 $(KERNEL_FUZZ_RUN),$(KERNEL) $(BUILD)/tests/kernel/kernel-fuzz tests/kernel/run))

$(eval $(call public-target,fuzz-kernel,random system calls: CALLS=n SEED=s))
.PHONY: known-calls
known-calls:
	@$(call numbers,CALLS,$(CALLS))
	@$(call numbers,SEED,$(SEED))

_fuzz-kernel: known-calls $(KERNEL) $(BUILD)/tests/kernel/kernel-fuzz
	@TIME_LIMIT=$$(($(CALLS) / 10000 + 100)) $(KERNEL_FUZZ_RUN)
