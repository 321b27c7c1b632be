# SPDX-License-Identifier: BSD-2-Clause
#
# `make test` runs every test that a build.mk named and counts TAP lines. A test that could not be built, ended with an error
# or printed no line counts as failed.

ONLY ?=
SELECTED_TESTS := $(if $(ONLY),$(filter $(ONLY),$(TESTS)),$(TESTS))
TEST_RESULTS := $(SELECTED_TESTS:%=$(BUILD)/tests/results/%.tap)

_test:
	@rm -f $(TEST_RESULTS)
	-+@$(MAKE) -k -j$(JOBS) $(TEST_RESULTS)
	@tests/summary $(TEST_RESULTS)
