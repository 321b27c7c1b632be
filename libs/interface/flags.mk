# SPDX-License-Identifier: BSD-2-Clause
# What a program that calls or serves adds to its include paths; the library is `interface`.
INTERFACE_CFLAGS := -Ilibs/interface/include -Ilibs/l4/include -Ilibs/ring/include -Ikernel
# The same for tests on the host, with libs/l4/host in the place of the kernel.
INTERFACE_HOST_SOURCES := libs/interface/message.c libs/interface/endpoint.c libs/l4/host/host.c libs/l4/status.c libs/ring/watch.c
INTERFACE_HOST_CFLAGS := -Ilibs/l4/host $(INTERFACE_CFLAGS)
