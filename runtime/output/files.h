/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_OUTPUT_FILES_H
#define RUNTIME_OUTPUT_FILES_H

/*
 * --output out-file: and err-file:. They take the place of stdout and stderr, so that nothing else needs
 * to know of them. Regular files are appended to, and can be rotated: whoever renames one sends SIGHUP,
 * and the name is opened again, made if need be, and never truncated. By then we may open nothing, so a
 * keeper does it (runtime/keeper.h) with the rights of our start and hands us the descriptor. Named pipes
 * and devices stay what they were.
 */
#include <stdbool.h>
#include <tracee/tracee.h>

#include "runtime/keeper.h"

struct output_request;

enum output_file_kind { OUT_FILE, ERR_FILE, N_OUTPUT_FILES };

struct output_file {
	const char *path; /* borrowed; NULL: stdout or stderr as we were given it */
	bool is_regular;
};

struct output_files {
	struct output_file files[N_OUTPUT_FILES];
	struct keeper keeper;
};

/*
 * Opens what @request names, truncated if it is a regular file, parents made with mode 0755 and files with
 * 0640. A named pipe without a reader is waited for, which is told with log_warning(). From here on SIGHUP
 * waits for signals_open(), if there are files. -errno with a sentence that names the path.
 */
int output_files_open(const struct output_request *request, struct output_files *ret_files,
		      struct tracee_error *err);

/* Whether SIGHUP means output_files_reopen(). */
bool output_files_any(const struct output_files *files);

/*
 * Opens regular files again; needs no privilege. What was written before must have been flushed. A file
 * that cannot be opened leaves the one before it in use: -errno with a sentence; the other one is opened
 * all the same. @ret_is_new: whether the events' file has nothing in it yet.
 */
int output_files_reopen(struct output_files *files, bool *ret_is_new, struct tracee_error *err);

/* Ends the keeper; the descriptors stay open. Accepts a zeroed struct. */
void output_files_close(struct output_files *files);

#endif
