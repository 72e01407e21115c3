/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_STATUS_H
#define RUNTIME_STATUS_H

/* Exit statuses of tracee-runtime, as its man page promises them. */
enum status {
	STATUS_OK = 0, /* did what was asked, or was told to stop and stopped */
	STATUS_FAILED = 1, /* failed while running: memory, output, a defect of ours */
	STATUS_USAGE = 2, /* wrong command line */
	STATUS_NO_OBJECT = 3, /* no object for this kernel */
	STATUS_OBJECT_REFUSED = 4, /* there is one, but it must not or cannot be loaded */
	STATUS_PRIVILEGES = 5, /* capabilities are missing, or cannot be dropped */
	STATUS_KERNEL = 6, /* the kernel lacks something that nothing can stand in for */
	STATUS_PROGRAM_REJECTED = 7, /* the kernel rejected the program */
};

#endif
