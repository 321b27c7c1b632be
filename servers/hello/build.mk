# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call component,servers/hello/hello,servers/hello/hello.c,,))
