/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMULATE_PLACE_H
#define SIMULATE_PLACE_H

/* The directory of a case; cases know it by TRACEE_SIMULATE_PLACE in their environment. */

/* Makes one, empty. 0, or -1 with a message. */
int place_make(void);
/* With all that is in it. */
void place_remove(void);

#endif
