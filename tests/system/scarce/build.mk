# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call component,tests/system/scarce/hoarder,tests/system/scarce/hoarder.c,,))
$(eval $(call component,tests/system/scarce/miser,tests/system/scarce/miser.c,,))
$(eval $(call component,tests/system/scarce/squatter,tests/system/scarce/squatter.c,,))
$(eval $(call component,tests/system/scarce/hopeful,tests/system/scarce/hopeful.c,,))
IMAGE_VARIANTS += scarce_reports:scarce:fragile_patient.deaths=1
IMAGE_ARGUMENTS_scarce_reports := root.report=50
$(eval $(call script-test,scarce,tests/system/scarce/run $(BUILD)/images/scarce_reports.iso,$(BUILD)/images/scarce_reports.iso))
