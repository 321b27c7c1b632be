# SPDX-License-Identifier: BSD-2-Clause
UDPLOAD_CORE := $(addprefix tools/qemu/udpload/,frame.c schedule.c noise.c payload.c load.c report.c options.c)
$(eval $(call host-test,udpload-frame,tests/unit/udpload/frame.c tools/qemu/udpload/frame.c))
$(eval $(call host-test,udpload-load,$(addprefix tests/unit/udpload/,load.c guest.c) $(UDPLOAD_CORE),,-lm))
$(eval $(call host-test,udpload-report,tests/unit/udpload/report.c $(UDPLOAD_CORE),,-lm))
$(eval $(call host-test,udpload-options,tests/unit/udpload/options.c tools/qemu/udpload/options.c))
$(eval $(call fuzz-test,udpload-fuzz,tests/unit/udpload/fuzz.c $(UDPLOAD_CORE)))
