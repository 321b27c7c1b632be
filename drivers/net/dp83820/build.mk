# SPDX-License-Identifier: BSD-2-Clause

$(eval $(call registers,drivers/net/dp83820/dp83820))
