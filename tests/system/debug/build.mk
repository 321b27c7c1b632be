# SPDX-License-Identifier: BSD-2-Clause
# The command is put together when the programs of all images are known.
$(eval $(call script-test,debug,tests/system/debug/run $$(call debug-command,hello),$(BUILD)/images/hello.iso tools/run/debug tests/system/debug/run))
