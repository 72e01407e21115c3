// SPDX-License-Identifier: Apache-2.0
#include "runtime/load/kernel_config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "libtracee/base/error.h"

/* ---- lists ---------------------------------------------------------------------------------- */

/* Room for one more of @size bytes; NULL if there is no memory. */
static void *list_add(void **list, size_t *n, size_t size)
{
	void *grown = reallocarray(*list, *n + 1, size);

	if (!grown)
		return NULL;
	*list = grown;
	memset((char *)grown + *n * size, 0, size);
	return (char *)grown + (*n)++ * size;
}

static int add_numbers(struct kernel_config *config, uint32_t key, const struct number_list *list, uint8_t listed)
{
	for (size_t i = 0; i < list->n; i++) {
		struct kernel_number *number =
			list_add((void **)&config->numbers, &config->n_numbers, sizeof(*number));

		if (!number)
			return -ENOMEM;
		number->key.key = key;
		number->key.value = list->values[i];
		number->listed = listed;
	}
	return 0;
}

/* ---- conditions on numbers ------------------------------------------------------------------ */

static bool number_filter_is_set(const struct number_filter *filter)
{
	return filter->has_less || filter->has_greater || filter->equal.n || filter->unequal.n;
}

static int condition_make(struct kernel_config *config, const struct number_filter *filter, uint8_t extra_flags,
			  struct tracee_wire_condition *condition)
{
	bool has_bounds = filter->has_less || filter->has_greater;
	int r;

	condition->key = config->next_key++;
	condition->less = filter->less;
	condition->greater = filter->greater;
	condition->flags = extra_flags;
	condition->flags |= filter->has_less ? TRACEE_WIRE_BOUND_LESS : 0;
	condition->flags |= filter->has_greater ? TRACEE_WIRE_BOUND_GREATER : 0;
	condition->flags |= filter->is_signed ? TRACEE_WIRE_BOUND_SIGNED : 0;
	condition->flags |= filter->equal.n || filter->unequal.n ? TRACEE_WIRE_BOUND_LISTED : 0;
	condition->flags |= filter->equal.n && !filter->unequal.n && !has_bounds ? TRACEE_WIRE_BOUND_ONLY_LISTED : 0;
	/* A value that is both wanted and unwanted is wanted. */
	r = add_numbers(config, condition->key, &filter->unequal, TRACEE_WIRE_LISTED_UNWANTED);
	return r < 0 ? r : add_numbers(config, condition->key, &filter->equal, TRACEE_WIRE_LISTED_WANTED);
}

static const enum tracee_wire_process_number process_numbers[N_FILTER_NUMBERS] = {
	[FILTER_UID] = TRACEE_WIRE_OF_UID,	 [FILTER_PID] = TRACEE_WIRE_OF_PID,
	[FILTER_TID] = TRACEE_WIRE_OF_TID,	 [FILTER_MNTNS] = TRACEE_WIRE_OF_MNT_NS,
	[FILTER_PIDNS] = TRACEE_WIRE_OF_PID_NS,
};

static int take_process_numbers(struct kernel_config *config, const struct filter *filter, uint64_t start_ns)
{
	struct number_filter new = { .has_greater = true, .greater = start_ns };
	int r = 0;

	for (unsigned int i = 0; r == 0 && i < N_FILTER_NUMBERS; i++) {
		if (!number_filter_is_set(&filter->numbers[i]) || (i == FILTER_PID && filter->new_process != FILTER_ANY))
			continue;
		r = condition_make(config, &filter->numbers[i], 0, &config->process[process_numbers[i]]);
		config->flags |= TRACEE_WIRE_FILTER_NUMBERS;
	}
	if (r < 0 || filter->new_process != FILTER_YES || number_filter_is_set(&filter->numbers[FILTER_PID]))
		return r;
	config->flags |= TRACEE_WIRE_FILTER_NUMBERS;
	return condition_make(config, &new, 0, &config->process[TRACEE_WIRE_OF_START_TIME]);
}

/* ---- names of the process ------------------------------------------------------------------- */

static bool are_exact(const struct pattern_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		if (list->items[i].kind != PATTERN_EXACT)
			return false;
	}
	return true;
}

static int add_names(struct kernel_config *config, enum tracee_wire_name_field field, const struct pattern_list *list,
		     uint8_t listed)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct pattern *pattern = &list->items[i];
		struct kernel_name *name;

		/* One that is longer is no name of any process. */
		if (pattern->kind != PATTERN_EXACT || pattern->size_bytes >= sizeof(name->key.name))
			continue;
		name = list_add((void **)&config->names, &config->n_names, sizeof(*name));
		if (!name)
			return -ENOMEM;
		name->key.field = field;
		memcpy(name->key.name, pattern->bytes, pattern->size_bytes);
		name->listed = listed;
	}
	return 0;
}

static int take_names(struct kernel_config *config, const struct text_filter *filter, enum tracee_wire_name_field field,
		      uint32_t flag, uint32_t only_flag)
{
	int r;

	if (!text_filter_is_set(filter) || !are_exact(&filter->equal))
		return 0;
	config->flags |= flag;
	config->flags |= filter->equal.n && !filter->unequal.n ? only_flag : 0;
	r = add_names(config, field, &filter->unequal, TRACEE_WIRE_LISTED_UNWANTED);
	return r < 0 ? r : add_names(config, field, &filter->equal, TRACEE_WIRE_LISTED_WANTED);
}

static void take_containers(struct kernel_config *config, const struct filter *filter)
{
	const struct text_filter *ids = &filter->texts[FILTER_CONTAINER];
	bool wants_some = filter->new_container == FILTER_YES || ids->equal.n;
	bool refuses_some = filter->new_container == FILTER_NO || ids->unequal.n;

	if (filter->in_container == FILTER_NO)
		config->flags |= TRACEE_WIRE_FILTER_NO_CONTAINER;
	else if (filter->in_container == FILTER_YES || (wants_some && !refuses_some))
		config->flags |= TRACEE_WIRE_FILTER_CONTAINER;
}

/* ---- arguments and return values ------------------------------------------------------------ */

/* How many bits of a register the argument has. */
static uint8_t width_flag(const struct tracee_event_def *def, const struct filter_argument *argument)
{
	enum tracee_arg_kind kind;

	if (argument->arg == FILTER_RETVAL)
		return 0;
	kind = def->args[argument->arg].kind;
	return kind == TRACEE_ARG_INT || kind == TRACEE_ARG_UINT ? TRACEE_WIRE_BOUND_32_BITS : 0;
}

static int take_number(struct kernel_config *config, const struct tracee_event_def *def,
		       const struct filter_argument *argument, struct tracee_wire_select *select)
{
	struct tracee_wire_condition *condition = &select->conditions[0];

	while (condition->flags)
		if (++condition == &select->conditions[TRACEE_WIRE_N_CONDITIONS])
			return 0;
	condition->arg = argument->arg == FILTER_RETVAL ? TRACEE_WIRE_N_ARGS : argument->arg;
	select->is_filtered = 1;
	return condition_make(config, &argument->number, width_flag(def, argument), condition);
}

/* With a backslash it may be meant for a text as it is printed. */
static bool can_take_patterns(const struct text_filter *filter)
{
	for (size_t i = 0; i < filter->equal.n; i++) {
		const struct pattern *pattern = &filter->equal.items[i];

		if ((pattern->kind != PATTERN_EXACT && pattern->kind != PATTERN_PREFIX) ||
		    memchr(pattern->bytes, '\\', pattern->size_bytes))
			return false;
	}
	return filter->equal.n && !filter->unequal.n;
}

static void text_key_make(const struct filter_argument *argument, const struct pattern *pattern,
			  struct tracee_wire_text_key *key)
{
	size_t head = offsetof(struct tracee_wire_text_key, text) - sizeof(key->prefix_bits);
	bool is_whole = pattern->kind == PATTERN_EXACT && pattern->size_bytes < TRACEE_WIRE_TEXT_MAX - 1;
	size_t size = pattern->size_bytes < TRACEE_WIRE_TEXT_MAX - 1 ? pattern->size_bytes : TRACEE_WIRE_TEXT_MAX - 1;

	key->slot = (uint16_t)argument->slot;
	key->arg = argument->arg;
	memcpy(key->text, pattern->bytes, size);
	key->prefix_bits = (uint32_t)(8 * (head + size + is_whole));
}

static int take_text(struct kernel_config *config, const struct filter_argument *argument, struct tracee_wire_select *select)
{
	if (select->text_arg != TRACEE_WIRE_NO_ARG || !can_take_patterns(&argument->text) ||
	    number_filter_is_set(&argument->number))
		return 0;
	for (size_t i = 0; i < argument->text.equal.n; i++) {
		struct tracee_wire_text_key *key = list_add((void **)&config->texts, &config->n_texts, sizeof(*key));

		if (!key)
			return -ENOMEM;
		text_key_make(argument, &argument->text.equal.items[i], key);
	}
	select->text_arg = argument->arg;
	select->is_filtered = 1;
	return 0;
}

/* Where the program finds arguments where the event has them: not in a 32-bit call, and see event_decode.c for clone(2). */
static bool is_where_it_seems(const struct filter_argument *argument, const struct tracee_event_def *def)
{
	return argument->slot < TRACEE_WIRE_SLOT_OF_COMPAT(0) || argument->slot >= TRACEE_WIRE_FIRST_OTHER_SLOT
		       ? def->id != TRACEE_WIRE_CLONE || argument->arg < 3 || argument->arg == FILTER_RETVAL
		       : false;
}

static int take_argument(struct kernel_config *config, enum tracee_arch arch, const struct filter_argument *argument,
			 struct plan *plan)
{
	const struct tracee_event_def *def = tracee_event_by_slot(arch, argument->slot);
	struct tracee_wire_select *select = &plan->select[argument->slot];
	bool has_text = text_filter_is_set(&argument->text);

	if (!def || !select->flags || !is_where_it_seems(argument, def))
		return 0;
	if (!has_text)
		return take_number(config, def, argument, select);
	if (argument->arg != FILTER_RETVAL && def->is_syscall && def->args[argument->arg].kind == TRACEE_ARG_STRING)
		return take_text(config, argument, select);
	return 0;
}

/* ---- all of it ------------------------------------------------------------------------------ */

static int take_filter(struct kernel_config *config, const struct filter *filter, struct plan *plan, uint64_t start_ns)
{
	int r = take_process_numbers(config, filter, start_ns);

	if (r == 0)
		r = take_names(config, &filter->texts[FILTER_COMM], TRACEE_WIRE_NAME_COMM, TRACEE_WIRE_FILTER_COMM,
			       TRACEE_WIRE_FILTER_COMM_ONLY);
	if (r == 0)
		r = take_names(config, &filter->texts[FILTER_UTS], TRACEE_WIRE_NAME_HOST, TRACEE_WIRE_FILTER_HOST,
			       TRACEE_WIRE_FILTER_HOST_ONLY);
	take_containers(config, filter);
	for (size_t i = 0; r == 0 && i < filter->n_arguments; i++)
		r = take_argument(config, filter->arch, &filter->arguments[i], plan);
	return r;
}

int kernel_config_make(const struct filter *filter, struct plan *plan, uint64_t start_ns, uint32_t flags,
		       struct kernel_config *ret_config, struct tracee_error *err)
{
	struct kernel_config config = { .flags = flags };
	/* Then events that do not match are needed, too. */
	bool needs_all = filter->follows || text_filter_is_set(&filter->texts[FILTER_BINARY]);
	int r = needs_all ? 0 : take_filter(&config, filter, plan, start_ns);

	if (r < 0) {
		kernel_config_done(&config);
		return error_errno(err, r, "filter for the kernel");
	}
	*ret_config = config;
	return 0;
}

void kernel_config_done(struct kernel_config *config)
{
	free(config->numbers);
	free(config->names);
	free(config->texts);
	*config = (struct kernel_config){};
}
