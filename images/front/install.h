/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_INSTALL_H
#define FRONT_INSTALL_H

/*
 * Copies the objects in @from to @to (made with mode 0755 if it is not there), each under its name, and appearing whole: what an
 * image of objects does in an init container. A file that is no object is told and not copied. Returns an exit
 * status: 0 only if there was one, and all were copied.
 */
int install_objects(const char *from, const char *to);

#endif
