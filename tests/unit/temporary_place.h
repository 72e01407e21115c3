/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_TEMPORARY_PLACE_H
#define TESTS_UNIT_TEMPORARY_PLACE_H

/* A directory of the test's own, which TMPDIR names as long as the test runs: `*state` is a struct place. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct place {
	char path[40];
};

static inline int place_set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	*state = place;
	if (!place)
		return -1;
	strcpy(place->path, "/tmp/tracee-test.XXXXXX");
	return mkdtemp(place->path) && setenv("TMPDIR", place->path, 1) == 0 ? 0 : -1;
}

static inline int place_tear_down(void **state)
{
	struct place *place = *state;
	char command[80];

	snprintf(command, sizeof(command), "rm -rf '%s'", place->path);
	free(place);
	unsetenv("TMPDIR");
	return system(command);
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, place_set_up, place_tear_down)

#endif
