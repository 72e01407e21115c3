/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_VERSION_H
#define RUNTIME_VERSION_H

/* The version this program was built as; objects of another version are refused. Static memory. */
const char *runtime_version(void);

#endif
