/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_CHILD_SECCOMP_H
#define BUILDER_CHILD_SECCOMP_H

/*
 * Takes from this process, and from what it will execute, the calls that a compiler or an unpacker has
 * no use for and that whoever took one over would want first: sockets, io_uring (which can open them
 * too), BPF, and reaching into other processes. They fail with EPERM.
 *
 * no_new_privs must be set. Safe after fork(). Returns 0, also on a kernel that has no seccomp filters;
 * or a negative errno.
 */
int child_seccomp(void);

#endif
