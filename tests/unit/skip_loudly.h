/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_SKIP_LOUDLY_H
#define TESTS_UNIT_SKIP_LOUDLY_H

/* Ends the test as skipped, with a reason that tests/run.sh shows. cmocka.h must stand in front. */
#define skip_loudly(reason)                          \
	do {                                         \
		print_message("SKIP: %s\n", reason); \
		skip();                              \
	} while (0)

#endif
