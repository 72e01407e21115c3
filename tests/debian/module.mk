# SPDX-License-Identifier: Apache-2.0
##@ Test
## headers-matrix: objects from the kernel headers of all Debian suites (downloads; MATRIX=all, KERNELS=PATTERN)
## clang-matrix: one kernel of each series with clang of many versions (downloads; CLANGS=LIST, KERNELS=PATTERN)
.PHONY: headers-matrix clang-matrix
headers-matrix: deps
	$(Q)$(MAKE) --no-print-directory all
	$(Q)BUILD='$(B)' MATRIX='$(MATRIX)' KERNELS='$(KERNELS)' tests/debian/headers_matrix.sh
clang-matrix: deps
	$(Q)$(MAKE) --no-print-directory all
	$(Q)BUILD='$(B)' CLANGS='$(CLANGS)' KERNELS='$(KERNELS)' tests/debian/clang_matrix.sh
CHECK_TESTS += tests/debian/lists.sh
