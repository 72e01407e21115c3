/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_HEALTH_H
#define FRONT_HEALTH_H

/* Whether the runtime of this container traces, as its readiness file says: for health checks and probes. */

#define HEALTH_FILE "/run/tracee/ready"

/* The runtime's option that has it keep the file: TRACEE_READY_FILE, or the default where that can be written. Allocated; NULL: none. */
char *health_option(void);

/* 0 if the file is there and its process is a runtime that lives; otherwise 1, and what is missing is told. */
int health_tell(void);

#endif
