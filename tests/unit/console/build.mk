# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call host-test,console,tests/unit/console/console_test.c $(CONSOLE_SOURCES) $(addprefix libs/rt/,head.c format.c),-Iservers/console $(RT_CFLAGS),,))
