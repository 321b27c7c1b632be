# SPDX-License-Identifier: BSD-2-Clause
# Made by mkimage from tools/mkimage/tests/good/echo.image; change that file, not this one.
$(eval $(call composed-program,echo,bus, pci,))
$(eval $(call composed-program,echo,driver, dp83820 driver dataspace ring-preempt,))
$(eval $(call composed-program,echo,net, net lwip,fpu))
$(eval $(call composed-program,echo,echo, echo,))
$(eval $(call composed-image,echo, vm echo.bus echo.driver echo.net echo.echo))
