# SPDX-License-Identifier: BSD-2-Clause

INTERFACES := $(patsubst idl/%.idl,%,$(wildcard idl/*.idl))
$(foreach name,$(INTERFACES),$(eval $(call interface,idl/$(name))))
INTERFACE_HEADERS := $(call interface-headers,$(INTERFACES))
