# SPDX-License-Identifier: Apache-2.0
##@ Check
## lint: SPDX lines, shellcheck, mandoc, cppcheck
.PHONY: lint
lint: all
	$(Q)ci/deps.sh $(if $(CI),-y) lint
	$(Q)$(run-tests) ci/lint.sh
