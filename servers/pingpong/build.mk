# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call component,servers/pingpong/ping,servers/pingpong/ping.c,,))
$(eval $(call component,servers/pingpong/pong,servers/pingpong/pong.c,,))
