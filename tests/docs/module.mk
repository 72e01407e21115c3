# SPDX-License-Identifier: Apache-2.0
PACKAGE_TESTS += tests/docs/commands.sh
