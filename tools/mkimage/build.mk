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

# Tests: the example of README.md with everything that is made from it, refused files, the comparison of hashes, the fuzzer.
MKIMAGE_TESTS := tools/mkimage/tests
MKIMAGE_GOOD  := $(wildcard $(MKIMAGE_TESTS)/good/*.component $(MKIMAGE_TESTS)/good/*.idl)
$(MKIMAGE_GEN)/tests/rules.mk: $(MKIMAGE_TESTS)/good/echo.image $(MKIMAGE_GOOD) $(BUILD)/tools/mkimage
	@mkdir -p $(@D)
	$(BUILD)/tools/mkimage --report $(@D)/report.txt --picture $(@D)/picture.dot --root $(@D)/root.c --programs $(@D) --rules $@ $< $(MKIMAGE_GOOD)
	$(BUILD)/tools/mkimage --place card=net --place echo=net --name merged --programs $(@D)/merged --report $(@D)/merged.txt $< $(MKIMAGE_GOOD)
	@cp $(@D)/merged/net.c $(@D)/merged.c

$(eval $(call script-test,image-golden,tools/idlc/tests/check-golden $(MKIMAGE_GEN)/tests $(MKIMAGE_TESTS)/golden,$(MKIMAGE_GEN)/tests/rules.mk))
$(eval $(call script-test,image-errors,tools/idlc/tests/check-errors $(MKIMAGE_TESTS)/translate $(wildcard $(MKIMAGE_TESTS)/bad/*.image \
	$(MKIMAGE_TESTS)/bad/*.component),$(BUILD)/tools/mkimage))
$(eval $(call script-test,image-page,$(MKIMAGE_TESTS)/check-page tools/mkimage/README.md $(MKIMAGE_TESTS)/good,$(BUILD)/tools/mkimage))
$(eval $(call script-test,image-hashes,$(MKIMAGE_TESTS)/check-hashes $(MKIMAGE_GEN)/tests/hashes,$(BUILD)/tools/mkimage $(BUILD)/tools/idlc))
$(eval $(call fuzz-test,image-fuzz,$(MKIMAGE_TESTS)/fuzz_image.c $(MKIMAGE_SOURCES),,$(MKIMAGE_TESTS)/corpus,$(MKIMAGE_GENERATED)))
