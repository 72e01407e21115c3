/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_STATUS_H
#define BUILDER_STATUS_H

/* Exit statuses of tracee-builder, as its man page promises them. */
enum status {
	STATUS_OK = 0,
	STATUS_FAILED = 1,		/* memory, files, a defect of ours */
	STATUS_USAGE = 2,		/* wrong command line or environment */
	STATUS_HEADERS_NOT_FOUND = 3,	/* neither headers nor BTF, or half of a tree */
	STATUS_HEADERS_REFUSED = 4,	/* there are some, but they cannot be right for this kernel */
	STATUS_COMPILE_FAILED = 5,	/* no clang, or clang failed on the headers */
	STATUS_CHECK_FAILED = 6,	/* program and layout do not fit, or an object is refused */
	STATUS_FLEET_FAILED = 7,	/* some kernels of a fleet failed */
};

#endif
