/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_STATUS_H
#define FRONT_STATUS_H

/*
 * Exit statuses of tracee: those of the program that it runs, which for tracee-runtime and tracee-builder have these in
 * common, or 128 and the signal that ended it. Of its own:
 */
enum status {
	STATUS_OK = 0,
	STATUS_FAILED = 1,    /* memory, files, a program that cannot be run; 'health': not ready */
	STATUS_USAGE = 2,     /* wrong command line or environment */
	STATUS_NO_OBJECT = 3, /* none for this kernel, and none could be made */
	STATUS_OBJECT_REFUSED = 4, /* one that is made where it should be kept would not be trusted */
};

#define STATUS_SIGNAL 128 /* and its number */

#endif
