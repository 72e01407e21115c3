# SPDX-License-Identifier: Apache-2.0
#
# The front door, and the images: these need docker or podman, and a base image that is made here.
CHECK_TESTS += tests/images/manifests.sh tests/images/front_cli.sh
HOST_TESTS += tests/images/front.sh
PACKAGE_TESTS += tests/images/images.sh
