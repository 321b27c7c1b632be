# SPDX-License-Identifier: BSD-2-Clause
# Made by mkimage from tools/mkimage/tests/good/echo.image; change that file, not this one.
$(eval $(call composed-program,echo,bus, pci,,3))
$(eval $(call composed-program,echo,driver, dp83820 driver dataspace tracer ring-preempt,,4))
$(eval $(call composed-program,echo,net, net lwip,fpu,5))
$(eval $(call composed-program,echo,echo, echo,,6))
$(eval $(call composed-image,echo, vm bootfs echo.bus echo.driver echo.net echo.echo))
