# SPDX-License-Identifier: BSD-2-Clause
ring_bench_flags := -Ilibs/ring/include -Ilibs/dataspace/include
$(eval $(call kernel-program,ring-bench,tests/bench/ring/ring.c libs/ring/sleep.c libs/ring/section-latched.c,$(ring_bench_flags)))
$(eval $(call kernel-program,ring-bench-preempt,tests/bench/ring/ring.c libs/ring/sleep.c libs/ring/section-preempt.c,$(ring_bench_flags)))

$(eval $(call public-target,bench-ring,what rings$(comma) wake-ups and translations cost in instructions))
_bench-ring: $(KERNEL) $(BUILD)/tests/kernel/ring-bench $(BUILD)/tests/kernel/ring-bench-preempt
	@mkdir -p $(BUILD)/bench
	@for program in ring-bench ring-bench-preempt; do tests/kernel/run $(KERNEL) $(BUILD)/tests/kernel/$$program || exit 1; done \
	    > $(BUILD)/bench/ring.log || { cat $(BUILD)/bench/ring.log; false; }
	@tests/bench/ring/report $(BUILD)/bench/ring.log $(BUILD)/bench/ring.csv
