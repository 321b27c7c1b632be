# SPDX-License-Identifier: BSD-2-Clause
#
# `make test` runs every test that a build.mk named and counts TAP lines. A test that could not be built, ended with an error
# or printed no line counts as failed.

ONLY ?=
SELECTED_TESTS := $(if $(ONLY),$(filter $(ONLY),$(TESTS)),$(TESTS))
UNKNOWN_TESTS := $(foreach name,$(ONLY),$(if $(filter $(name),$(TESTS)),,$(name)))
TEST_RESULTS := $(SELECTED_TESTS:%=$(BUILD)/tests/results/%.tap)

_test: known-tests
	@rm -f $(TEST_RESULTS)
	-+@$(MAKE) -k -j$(JOBS) $(TEST_RESULTS)
	@tests/summary $(TEST_RESULTS)

.PHONY: known-tests
known-tests:
	@$(call each-of,test,$(UNKNOWN_TESTS),$(sort $(TESTS)))
