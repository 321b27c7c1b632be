# SPDX-License-Identifier: BSD-2-Clause
# RT_CFLAGS: what every component may include of the runtime.
RT_CFLAGS := -Ilibs/rt/include -Ilibs/ring/include
