# SPDX-License-Identifier: BSD-2-Clause
#
# `make size` counts drivers without the descriptions of their registers and what is shared.
_size: drivers-size
.PHONY: drivers-size
drivers-size:
	@tools/lint/lines drivers/net/dp83820/*.[ch]
	@tools/lint/lines libs/driver/*.c libs/driver/include/driver/*.h
