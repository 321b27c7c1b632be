# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call host-test,translation,tests/unit/dataspace/translation_test.c libs/dataspace/translation.c,\
    $(DATASPACE_CFLAGS),,))
