# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call component,servers/crash/fragile,servers/crash/fragile.c,,))
$(eval $(call component,servers/crash/steady,servers/crash/steady.c,,))
