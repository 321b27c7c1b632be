# SPDX-License-Identifier: BSD-2-Clause
#
# The C library is there before the copy of the tree shares it.
$(eval $(call script-test,steps,tests/system/steps/run $(BUILD),$(NEWLIB)/built))
