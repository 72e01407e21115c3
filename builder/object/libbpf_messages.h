/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_OBJECT_LIBBPF_MESSAGES_H
#define BUILDER_OBJECT_LIBBPF_MESSAGES_H

/*
 * libbpf speaks on stderr, through one function for the whole process. Between begin and end its
 * warnings are collected instead; whatever it says more quietly is dropped. Not to be nested.
 */
#include "libtracee/base/text.h"

/* @text is borrowed until the end and receives the warnings as they are; NULL drops them. */
void libbpf_messages_begin(struct text *text);
void libbpf_messages_end(void);

/* The last complete line of @text without libbpf's prefix, into @ret_line; "" if there is none. */
void libbpf_last_message(const struct text *text, char *ret_line, size_t size_bytes);

#endif
