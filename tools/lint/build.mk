# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call public-target,lint,check licences$(comma) layout$(comma) folders$(comma) includes; static analysis))
_lint:
	@tools/lint/lint
