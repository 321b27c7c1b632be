# SPDX-License-Identifier: BSD-2-Clause
$(foreach program,hello partner faulty,$(eval $(call user-program,$(program),tests/system/hello/$(program).c,$(RT_CFLAGS) $(L4_CFLAGS),l4,)))
$(eval $(call user-program,root-hello,tests/system/hello/table.c,$(ROOT_CFLAGS),root interface l4,))
$(eval $(call boot-image,hello-by-hand,$(KERNEL),,$(addprefix $(BUILD)/programs/,root-hello vm bootfs partner hello faulty)))
$(eval $(call script-test,hello,tests/system/hello/run $(BUILD)/images/hello-by-hand.iso,$(BUILD)/images/hello-by-hand.iso))
