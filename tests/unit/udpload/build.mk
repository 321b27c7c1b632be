# SPDX-License-Identifier: BSD-2-Clause
UDPLOAD_CORE := $(addprefix tools/qemu/udpload/,frame.c schedule.c noise.c load.c report.c)
$(eval $(call host-test,udpload-frame,tests/unit/udpload/frame.c tools/qemu/udpload/frame.c))
$(eval $(call host-test,udpload-load,$(addprefix tests/unit/udpload/,load.c guest.c) $(UDPLOAD_CORE),,-lm))
