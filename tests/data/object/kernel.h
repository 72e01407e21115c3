/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
#ifndef TESTS_DATA_OBJECT_KERNEL_H
#define TESTS_DATA_OBJECT_KERNEL_H

/*
 * The types of a kernel that never was, with every shape that a relocation can meet. Compiled to BTF
 * by clang (kernel.c), and included by the tests, where offsetof() says what is right: x86_64, arm64
 * and BPF lay these types out alike.
 */
typedef unsigned int number_t;
typedef const volatile number_t decorated_t;

enum color { RED = 3, GREEN = 5, BLUE = -7 };
enum __attribute__((packed)) small_color { SMALL = 1 };
enum { NAMELESS = 9 };

struct inner {
	char in_front;
	short value;
	int others[3];
};

typedef struct {
	long before;
	int counter;
} counter_t;

union either {
	int as_number;
	char as_bytes[8];
};

struct sample {
	long new_in_front;
	int plain;
	decorated_t decorated;
	struct sample *parent;
	union {
		long unused;
		struct {
			char padding;
			unsigned short deep;
			struct {
				int deeper;
			};
		};
	};
	unsigned int three : 3;
	unsigned int eleven : 11;
	signed int five : 5;
	unsigned long crossing : 40;
	struct inner embedded;
	struct inner list[4];
	int grid[2][3];
	enum color color;
	enum small_color small;
	union either either;
	counter_t counter;
	int changed_kind; /* a pointer to the program */
	unsigned long grown; /* 32 bits to the program */
	long grown_signed;
	void (*function)(int);
	char name[16];
	int zero_in_between[0];
	int last;
};

struct open_ended {
	int n;
	struct inner elements[];
};

struct holder {
	struct unused_part {
		int a, b;
	} unused;
	struct sample *sample;
};

#endif
