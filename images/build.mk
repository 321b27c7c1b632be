# SPDX-License-Identifier: BSD-2-Clause
#
# The other placements of pingpong.image, for bench-placement and tests: NAME:OF:COMPONENT=PROGRAM.

IMAGE_VARIANTS += pingpong_shared:pingpong:pong=services pingpong_inside:pingpong:pong=ping \
	pingpong_preempt:pingpong:sleep=preempt
