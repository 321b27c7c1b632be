# SPDX-License-Identifier: BSD-2-Clause
CBMC := $(BUILD)/packages/cbmc/root/usr/bin/cbmc

$(BUILD)/packages/cbmc/done: tools/build/fetch-package
	tools/build/fetch-package cbmc bullseye $(BUILD)/packages/cbmc

$(eval $(call script-test,ring-handshake,tests/model/ring/check-handshake $(BUILD)/model/ring-handshake,))
$(eval $(call script-test,ring-any-peer,tests/model/ring/check-any-peer $(CBMC) $(BUILD)/model/ring-any-peer,$(BUILD)/packages/cbmc/done))
