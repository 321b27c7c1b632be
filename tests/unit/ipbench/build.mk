# SPDX-License-Identifier: BSD-2-Clause
# The clock and the network of the load are the test's own.
$(eval $(call host-test,ipbench-load,tests/unit/ipbench/load.c tools/ipbench/load.c,,-lm $(addprefix -Wl$(comma)--wrap=,clock_gettime recv send)))
$(eval $(call host-test,ipbench-target,tests/unit/ipbench/target.c tools/ipbench/target.c))
$(eval $(call script-test,ipbench-options,tests/unit/ipbench/options,$(BUILD)/tools/ipbench-load))
