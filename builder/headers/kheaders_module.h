/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_HEADERS_KHEADERS_MODULE_H
#define BUILDER_HEADERS_KHEADERS_MODULE_H

/*
 * The header archive inside a module file, kheaders.ko, of a kernel that need not be running: with
 * CONFIG_IKHEADERS=m the kernel shows it as /sys/kernel/kheaders.tar.xz only once that is loaded, but the
 * bytes lie in the file. The kernel's kernel/kheaders.c puts them between two symbols in .rodata.
 */
#include <stddef.h>
#include <stdint.h>

#include <tracee/tracee.h>

/*
 * @fd         of the module file, from its current position on, borrowed: as it is or compressed with gzip,
 *             xz or zstd, which is seen from its first bytes, not from its name
 * @ret_bytes  an .xz file (of a tar archive), allocated; nothing behind its first bytes has been
 *             checked. Where the symbols were stripped, bytes that do not belong to it may follow
 *
 * Returns 0, -EBADMSG with a sentence if this is no such module or a damaged one, -EFBIG if it is larger
 * than any, -ENOTSUP if libarchive was built without its compression, -ENOMEM, or the errno of reading.
 */
int kheaders_module_read(int fd, uint8_t **ret_bytes, size_t *ret_size_bytes, struct tracee_error *err);

/*
 * Finds the module of a kernel: by the index that depmod made (modules.dep), and where that does not lead
 * to a file, where the kernel's own installation puts it.
 *
 * @modules_directory  lib/modules/<release>, below any root; that it lies inside that root is for
 *                     the caller to see to, as is what links below it lead to
 * @ret_path           relative to @modules_directory, without "..", of something that is there
 *
 * Returns 0, -ENOENT with a sentence if there is none, -ENAMETOOLONG if the path does not fit,
 * or the errno of the call that failed.
 */
int kheaders_module_find(const char *modules_directory, char *ret_path, size_t size_bytes, struct tracee_error *err);

#endif
