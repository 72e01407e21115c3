# SPDX-License-Identifier: Apache-2.0
##@ Test
## headers-matrix: objects from the kernel headers of all Debian suites (downloads; MATRIX=all, KERNELS=PATTERN)
.PHONY: headers-matrix
headers-matrix: all
	$(Q)BUILD='$(B)' MATRIX='$(MATRIX)' KERNELS='$(KERNELS)' tests/debian/headers_matrix.sh
