# SPDX-License-Identifier: BSD-2-Clause
#
# mkimage: images -> tables, rules, reports. How images are built: tools/build/image.mk and images/build.mk.

MKIMAGE_GEN := $(BUILD)/gen/tools/mkimage
$(MKIMAGE_GEN)/scanner.lex.c: tools/mkimage/scanner.l
	@mkdir -p $(@D)
	flex -o $@ $<
$(MKIMAGE_GEN)/parser.tab.c $(MKIMAGE_GEN)/parser.tab.h &: tools/mkimage/parser.y
	@mkdir -p $(@D)
	bison -Wall -Werror -o $(MKIMAGE_GEN)/parser.tab.c --header=$(MKIMAGE_GEN)/parser.tab.h $<

# All but main.c, and what they use of idlc.
MKIMAGE_SOURCES = $(filter-out %/main.c,$(wildcard tools/mkimage/*.c)) $(MKIMAGE_GEN)/parser.tab.c $(MKIMAGE_GEN)/scanner.lex.c \
	$(IDLC_SOURCES)
MKIMAGE_GENERATED = $(MKIMAGE_GEN)/parser.tab.h $(IDLC_GENERATED)

$(eval $(call host-program,mkimage,tools/mkimage/main.c $(MKIMAGE_SOURCES),,,$(MKIMAGE_GENERATED)))
