# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call host-test,rt,tests/unit/rt/rt_test.c $(RT_HOST_SOURCES),$(RT_HOST_CFLAGS),,))
