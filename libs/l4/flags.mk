# SPDX-License-Identifier: BSD-2-Clause
L4_CFLAGS := -Ilibs/l4/include -Ikernel
