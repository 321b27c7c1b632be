# SPDX-License-Identifier: BSD-2-Clause
ring_flags := -Ilibs/ring/include
ring_sleep_sources := libs/ring/sleep.c libs/ring/watch.c

$(eval $(call host-test,ring,tests/unit/ring/ring-test.c $(ring_sleep_sources),$(ring_flags),,))

# Under the thread sanitizer, which knows nothing of fences (-Wno-tsan) but all about the indices that guard the entries.
$(eval $(call host-link,$(BUILD)/tests/ring-stress,tests/unit/ring/ring-stress.c $(ring_sleep_sources),$(ring_flags) -Wno-tsan,,,-fsanitize=thread -pthread))
$(eval $(call script-test,ring-stress,$(BUILD)/tests/ring-stress,$(BUILD)/tests/ring-stress))

# And at full speed, where the processor reorders what it may.
$(eval $(call host-link,$(BUILD)/tests/ring-stress-plain,tests/unit/ring/ring-stress.c $(ring_sleep_sources),$(ring_flags),,,-pthread))
$(eval $(call script-test,ring-stress-plain,$(BUILD)/tests/ring-stress-plain,$(BUILD)/tests/ring-stress-plain))
