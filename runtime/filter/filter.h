/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_FILTER_FILTER_H
#define RUNTIME_FILTER_FILTER_H

/*
 * What --trace asks of an event beyond its name: plain data once parsed, and the decision for a decoded
 * event. An expression is
 *
 *	FIELD, !FIELD, FIELD=VALUE[,VALUE…], FIELD!=…, FIELD<NUMBER, FIELD>NUMBER
 *
 * Different fields must all accept. Within one, a hit among the values of = accepts, then a hit among
 * those of != rejects; where only = was given nothing else is accepted; else the bounds decide.
 * filter_help() has the fields.
 *
 * Parsing allocates; deciding does not, but for what value_table() does where an argument is compared
 * as it is printed.
 */
#include <tracee/tracee.h>

#include "libtracee/base/text.h"
#include "runtime/filter/number_filter.h"
#include "runtime/filter/text_filter.h"
#include "runtime/selection.h"

#define FILTER_N_ARGUMENTS_MAX 64

/* Inode numbers of the initial namespaces: include/linux/proc_ns.h. */
#define PID_NAMESPACE_INITIAL 4026531836u

enum filter_number {
	FILTER_UID, /* real user */
	FILTER_PID, /* process and thread, as the host counts */
	FILTER_TID,
	FILTER_MNTNS, /* inode numbers */
	FILTER_PIDNS,
	N_FILTER_NUMBERS,
};

enum filter_text {
	FILTER_COMM,
	FILTER_UTS, /* node name, whole */
	FILTER_CGROUP, /* path below the mount of cgroup v2, "/" for its root */
	FILTER_CONTAINER, /* id; patterns are prefixes */
	FILTER_BINARY, /* path of the executable, see binaries.h */
	N_FILTER_TEXTS,
};

enum filter_choice { FILTER_ANY, FILTER_YES, FILTER_NO };

/* The return value, in place of an argument's position. */
#define FILTER_RETVAL 0xff

/* Limits events of one kind: those in other slots are not its business. */
struct filter_argument {
	uint32_t slot;
	uint8_t arg; /* position, or FILTER_RETVAL */
	struct number_filter number; /* of the raw form; for addresses too */
	struct text_filter text; /* of text as it was read, and of anything as it is printed */
};

struct filter {
	enum tracee_arch arch;
	struct number_filter numbers[N_FILTER_NUMBERS];
	struct text_filter texts[N_FILTER_TEXTS];
	enum filter_choice in_container; /* container, !container */
	enum filter_choice new_container; /* container=new, container!=new */
	enum filter_choice new_process; /* pid=new, pid!=new */
	bool follows;
	struct filter_argument *arguments; /* owned */
	size_t n_arguments;
};

/* What an event does not tell of itself. Only looked at where the filter asks for it. */
struct filter_facts {
	bool is_new_process; /* it started after tracing did */
	bool is_new_container; /* its container did; of no meaning on the host */
	bool is_binary_accepted; /* by texts[FILTER_BINARY] */
	bool is_cgroup_accepted; /* what text_filter_accepts() says of its path, on texts[FILTER_CGROUP] */
};

void filter_init(struct filter *filter, enum tracee_arch arch);
/* Accepts a zeroed struct. */
void filter_done(struct filter *filter);

/*
 * Takes one expression; what is about names of events goes into @selection, and so does an event that
 * an argument is asked of. -EINVAL with a sentence that says which part is wrong and what was expected;
 * -E2BIG beyond the limits above; -ENOMEM. What was taken before stays.
 */
int filter_add(struct filter *filter, struct selection *selection, const char *expression,
	       struct tracee_error *err);

/* The name of a field that accepts nothing, whatever happens (uid<0); NULL if there is none. */
const char *filter_impossible(const struct filter *filter);

/* Whether it asks for anything at all. */
bool filter_is_set(const struct filter *filter);

/* Whether it asks about containers: then a table shows both sides of process ids. */
bool filter_is_about_containers(const struct filter *filter);

/* A process is in a container if it has a pid namespace of its own, or a container id in its cgroup. */
bool filter_in_container(const struct tracee_event *event);

/*
 * Whether all fields accept. @scratch is borrowed and emptied: arguments are printed there. `follows` is
 * not looked at: see follow.h.
 */
bool filter_matches(const struct filter *filter, const struct tracee_event *event, const struct filter_facts *facts,
		    struct text *scratch);

/* The same of all that is about the process, and not about arguments and return values. */
bool filter_matches_process(const struct filter *filter, const struct tracee_event *event,
			    const struct filter_facts *facts);

/* The grammar, for `--trace help`; static memory. */
const char *filter_help(void);

#endif
