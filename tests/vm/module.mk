# SPDX-License-Identifier: Apache-2.0
#
# Programs of the virtual machines are static: the guest has no libraries.
