/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CLEANUP_H
#define BASE_CLEANUP_H

/*
 * The one ownership idiom: a local that owns something is declared with CLEANUP(destructor), and
 * is taken out with TAKE() when it leaves the function.
 */
#include <stdlib.h>
#include <stdio.h>
#include <unistd.h>

#define CLEANUP(function) __attribute__((cleanup(function)))

/* Yields the value of @variable and leaves its empty value (NULL, or -1 for TAKE_FD) behind. */
#define TAKE(variable)                                  \
	({                                              \
		__typeof__(variable) taken_ = (variable); \
		(variable) = NULL;                      \
		taken_;                                 \
	})
#define TAKE_FD(variable)           \
	({                          \
		int taken_ = (variable); \
		(variable) = -1;    \
		taken_;             \
	})

/* A destructor of a pointer local, made from one that takes the pointer and accepts NULL. */
#define DEFINE_CLEANUP(type, destructor)                      \
	static inline void destructor##_at(type *pointer)     \
	{                                                     \
		destructor(*pointer);                         \
	}

static inline void free_at(void *pointer)
{
	free(*(void **)pointer);
}

static inline void close_at(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void fclose_at(FILE **file)
{
	if (*file)
		fclose(*file);
}

#endif
