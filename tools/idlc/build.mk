# SPDX-License-Identifier: BSD-2-Clause
#
# idlc: descriptions of registers and interfaces -> C. How other folders call it: tools/build/idlc.mk.

IDLC_SHARED := $(addprefix tools/idlc/,arena.c diagnostics.c names.c source.c writer.c)
IDLC_GENERATED :=
IDLC_LANGUAGES :=

$(eval $(call host-program,idlc,tools/idlc/main.c $(IDLC_SHARED) $(IDLC_LANGUAGES),,,$(IDLC_GENERATED)))
