// SPDX-License-Identifier: Apache-2.0
#include "builder/layout/layout.h"

#include <stdlib.h>
#include <string.h>

void layout_done(struct layout *layout)
{
	free(layout->btf);
	memset(layout, 0, sizeof(*layout));
}
