// SPDX-License-Identifier: Apache-2.0
#include "runtime/load/cgroup_v1.h"

#include <stdio.h>
#include <string.h>

/* Columns: name, number of the hierarchy (0: that of v2), and more. */
bool cgroup_v1_has_pids(const char *path)
{
	FILE *file = fopen(path, "re");
	char line[128], name[32];
	unsigned int hierarchy;
	bool is_found = false;

	while (file && !is_found && fgets(line, sizeof(line), file))
		is_found = sscanf(line, "%31s %u", name, &hierarchy) == 2 && strcmp(name, "pids") == 0 && hierarchy != 0;
	if (file)
		fclose(file);
	return is_found;
}
