// SPDX-License-Identifier: Apache-2.0
#include "runtime/tracing.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/text.h"
#include "runtime/containers/names.h"
#include "runtime/detect/exceptions.h"
#include "runtime/lifeline.h"
#include "runtime/load/cgroup_v1.h"
#include "runtime/load/kernel_config.h"
#include "runtime/load/kprobe.h"
#include "runtime/load/locate.h"
#include "runtime/load/messages.h"
#include "runtime/load/plan.h"
#include "runtime/load/preempted.h"
#include "runtime/load/realtime.h"
#include "runtime/load/tracer.h"
#include "runtime/log.h"
#include "runtime/preflight/preflight.h"
#include "runtime/privileges.h"
#include "runtime/ready.h"
#include "runtime/trace/session.h"

#define VERIFIER_LINES 40 /* of its log: the failing instruction and its way there */

struct tracing {
	const struct options *options;
	const struct tracee_kernel *kernel;
	struct tracee_object_file file;
	struct plan plan;
	struct tracer tracer;
	struct session *session;
	struct ready ready;
	struct printer printer;
	struct output_files files;
	struct tap tap;
	struct container_names *names; /* NULL: not asked for */
	struct exceptions *exceptions; /* NULL: none */
};

static enum status fail(enum status status, const struct tracee_error *err)
{
	log_error("%s", err->text);
	return status;
}

/* ---- before anything is loaded -------------------------------------------------------------- */

static void tell_place(void *context, const char *path, const char *what)
{
	(void)context;
	log_detail("object '%s': %s", path, what);
}

/* The builder wrote down what speaks against the layout: who traces with it is to know. */
static void tell_doubt(const struct tracee_object_meta *meta)
{
	if (strchr(meta->match, ':'))
		log_info("warning: the object may not fit this kernel: %s", meta->match);
}

static enum status check_rings(const struct tracing *tracing)
{
	enum tracee_tier tier = tracing->file.object.meta.tier;
	struct tracee_error err;

	if (ring_lock_check(tracing->kernel, tier, &err) < 0) {
		log_error("object '%s': %s", tracing->file.path, err.text);
		return STATUS_OBJECT_REFUSED;
	}
	if (tier == TRACEE_TIER_RING && ring_lock_here(tracing->kernel) == RING_LOCK_MAY_SLEEP)
		log_warning("%s", ring_lock_in_words(RING_LOCK_MAY_SLEEP));
	return STATUS_OK;
}

static enum status find_object(struct tracing *tracing)
{
	enum status status = STATUS_OK;
	struct tracee_error err;
	int r;

	r = locate_object(tracing->kernel, tracing->options->install_path, tell_place, NULL, &tracing->file,
			  &status, &err);
	if (r < 0)
		return fail(status, &err);
	log_info("object '%s' (tier %s)", tracing->file.path, tracee_tier_name(tracing->file.object.meta.tier));
	tell_doubt(&tracing->file.object.meta);
	return check_rings(tracing);
}

/* Not wrong, but hardly meant. */
static void warn_of_nothing(const struct tracing *tracing)
{
	const char *field = filter_impossible(&tracing->options->filter);

	if (field)
		log_warning("--trace: no event can match what is asked of '%s'", field);
}

static enum status check(struct tracing *tracing)
{
	struct tracee_error err;

	warn_of_nothing(tracing);
	if (preflight_kernel_age(tracing->kernel, &err) < 0)
		return fail(STATUS_KERNEL, &err);
	if (privileges_check(tracing->kernel, &err) < 0)
		return fail(STATUS_PRIVILEGES, &err);
	return find_object(tracing);
}

/* ---- loading and attaching ------------------------------------------------------------------ */

/* Of the programs in @programs, those that need a kprobe which this kernel does not let us make. */
static uint64_t try_kprobes(uint64_t programs)
{
	uint64_t broken = 0;

	for (unsigned int i = 0; i < N_PROGRAMS; i++) {
		struct tracee_error err;

		if (!(programs & PROGRAM_BIT(i)) || !program_defs[i].kprobe ||
		    kprobe_try(program_defs[i].kprobe, &err) == 0)
			continue;
		log_detail("%s", err.text);
		broken |= PROGRAM_BIT(i);
	}
	return broken;
}

static void make_plan(struct tracing *tracing, uint64_t broken)
{
	plan_make(&tracing->options->selection, tracing->options->rules, broken, &tracing->plan);
	if (tracing->options->output.flags & OUTPUT_FD_PATHS)
		plan_descriptors(&tracing->plan, tracing->kernel->arch);
}

static enum status reject(enum status status, const struct tracee_error *err)
{
	struct text tail;

	text_init(&tail, 1 << 20);
	messages_tail(&tail, VERIFIER_LINES);
	if (tail.size_bytes)
		log_lines(text_string(&tail));
	text_done(&tail);
	return fail(status, err);
}

static void unload(struct tracing *tracing)
{
	session_free(tracing->session);
	tracing->session = NULL;
	tracer_done(&tracing->tracer);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static bool is_traced(const struct tracing *tracing, const char *event)
{
	int slot = tracee_event_slot(tracee_event_by_name(event), tracing->kernel->arch);

	return slot >= 0 && tracing->options->selection.traced[slot];
}

static bool filters_environment(const struct filter *filter)
{
	for (size_t i = 0; i < filter->n_arguments; i++) {
		const struct tracee_event_def *def = tracee_event_by_slot(filter->arch, filter->arguments[i].slot);

		if (filter->arguments[i].arg != FILTER_RETVAL &&
		    strcmp(def->args[filter->arguments[i].arg].name, "envp") == 0)
			return true;
	}
	return false;
}

/* What events are to carry, and how containers are recognised. */
static uint32_t config_flags(const struct tracing *tracing)
{
	unsigned int asked = tracing->options->output.flags;
	uint32_t flags = 0;

	if (asked & OUTPUT_STACK_ADDRESSES)
		flags |= TRACEE_WIRE_STACKS;
	if ((asked & OUTPUT_EXEC_ENV) || filters_environment(&tracing->options->filter))
		flags |= TRACEE_WIRE_EXEC_ENV;
	if ((asked & OUTPUT_DETECT_SYSCALL) || is_traced(tracing, "cap_capable"))
		flags |= TRACEE_WIRE_SYSCALLS;
	if (cgroup_v1_has_pids("/proc/cgroups"))
		flags |= TRACEE_WIRE_CGROUP_V1;
	return flags;
}

/* One go at loading and attaching the plan; adds to @broken what turned out not to attach. */
static enum status load(struct tracing *tracing, uint64_t *broken)
{
	CLEANUP(kernel_config_done) struct kernel_config config = {};
	enum status status = STATUS_FAILED;
	struct tracee_error err = {};

	if (kernel_config_make(&tracing->options->filter, &tracing->plan, now_ns(), config_flags(tracing), &config, &err) < 0)
		return fail(STATUS_FAILED, &err);
	if (tracer_load(&tracing->file.object, &tracing->plan, &config, tracing->options->buffer_size_bytes,
			&tracing->tracer, &status, &err) < 0)
		return reject(status, &err);
	/* Buffers are open before the first event can come. */
	if (session_new(&tracing->tracer, &tracing->plan, tracing->options, &tracing->printer, &tracing->files, &tracing->tap,
			tracing->exceptions, &tracing->session, &err) < 0)
		return fail(STATUS_FAILED, &err);
	if (tracer_attach(&tracing->tracer, &tracing->plan, broken, &err) < 0) {
		log_detail("%s", err.text);
		unload(tracing);
	}
	return STATUS_OK;
}

/* What the kernel leaves out is counted at the end; here it is said that it can. */
static void warn_of_misses(const struct tracing *tracing)
{
	uint64_t may_miss = PROGRAM_BIT(PROGRAM_SYS_EXIT) | PROGRAM_BIT(PROGRAM_ANY_SYS_ENTER) | PROGRAM_BIT(PROGRAM_ANY_SYS_EXIT);

	if (raw_tracepoints_miss(tracing->kernel, TRACEE_TIER_RING) && (tracing->plan.programs & may_miss))
		log_warning("system calls may be missed where many processes make them: kernels since 7.0 leave out runs of "
			    "a program that is preempted, and the %s, which does not suffer from that, %s",
			    program_defs[PROGRAM_SYS_EXIT_PERF].hook,
			    tracing->file.object.meta.tier == TRACEE_TIER_RING
				    ? "cannot be attached (it needs tracefs, and CAP_SYS_ADMIN where perf is for root alone)"
				    : "is not in objects of tier base");
}

static void warn_of_order(const struct tracing *tracing)
{
	bool has_binary = text_filter_is_set(&tracing->options->filter.texts[FILTER_BINARY]);

	if (tracing->file.object.meta.tier != TRACEE_TIER_BASE)
		return;
	if (has_binary)
		log_warning("binary=: processes may keep the binary they had before: with an object of tier base the events "
			    "of different CPUs come in no order");
	if (tracing->options->filter.follows)
		log_warning("follow: descendants may be missed at their beginning: with an object of tier base the "
			    "events of different CPUs come in no order");
}

/* Such objects know the last name of an executable alone, which is no path. */
static void warn_of_paths(const struct tracing *tracing)
{
	if (tracing->file.object.meta.tier == TRACEE_TIER_BASE && exceptions_need_paths(tracing->exceptions))
		log_warning("exceptions with 'executable=' match nothing but patterns that begin with '*': an object of tier base tells "
			    "the last name of executables alone");
}

static void report_plan(const struct tracing *tracing)
{
	const struct plan *plan = &tracing->plan;
	enum tracee_arch arch = tracing->kernel->arch;
	unsigned int n = 0;

	for (uint32_t slot = 0; slot < TRACEE_WIRE_N_SLOTS; slot++) {
		if (plan->unavailable[slot])
			log_warning("event '%s' is not available on this kernel",
				    tracee_event_by_slot(arch, slot)->name);
		n += tracing->options->selection.traced[slot] && !plan->unavailable[slot];
	}
	for (size_t i = 0; signatures[i]; i++) {
		if (plan->how[i])
			log_info("rule %s (%s) by %s", signatures[i]->id, signatures[i]->name, plan->how[i]);
		else if (tracing->options->rules & UINT32_C(1) << i)
			log_warning("rule %s (%s) is not in force: this kernel lacks %s", signatures[i]->id,
				    signatures[i]->name, signatures[i]->forms[0].how);
	}
	warn_of_misses(tracing);
	warn_of_order(tracing);
	warn_of_paths(tracing);
	if (n)
		log_info("tracing %u event%s", n, n == 1 ? "" : "s");
}

/*
 * Plans, loads and attaches; what cannot be attached is planned around, and all is done anew: a rule that
 * falls back may need programs that were not loaded.
 */
static enum status start(struct tracing *tracing)
{
	uint64_t broken = 0, known;
	struct tracee_error err;

	if (!raw_tracepoints_miss(tracing->kernel, tracing->file.object.meta.tier) || !stand_ins_load())
		broken = programs_standing_in();
	make_plan(tracing, broken);
	broken |= try_kprobes(tracing->plan.programs);
	do {
		enum status status;

		known = broken;
		make_plan(tracing, known);
		if (plan_is_empty(&tracing->plan)) {
			report_plan(tracing);
			log_error("nothing that was asked for can be attached on this kernel (tracee-runtime "
				  "--check tells)");
			return STATUS_KERNEL;
		}
		status = load(tracing, &broken);
		if (status != STATUS_OK)
			return status;
	} while (broken != known);
	report_plan(tracing);
	return session_attached(tracing->session, &err) < 0 ? fail(STATUS_FAILED, &err) : STATUS_OK;
}

/* ---- running -------------------------------------------------------------------------------- */

static enum status run(struct tracing *tracing)
{
	struct tracee_error err = {};
	int r;

	tzset(); /* reads files, which is over soon */
	r = privileges_drop(session_needs_privilege(tracing->session), session_directory(tracing->session), &err);
	if (r < 0) {
		log_error("privileges cannot be dropped: %s", err.text);
		return STATUS_PRIVILEGES;
	}
	session_hide(tracing->session, tracing->ready.keeper.pid);
	session_hide(tracing->session, tracing->files.keeper.pid);
	if (tracing->names)
		session_hide(tracing->session, container_names_pid(tracing->names));
	ready_tell(&tracing->ready);
	return session_run(tracing->session, &err) < 0 ? fail(STATUS_FAILED, &err) : STATUS_OK;
}

/* With all that has to be there before: templates, files, object. */
static enum status trace(struct tracing *tracing)
{
	enum status status = check(tracing);

	if (status != STATUS_OK)
		return status;
	ready_open(&tracing->ready, tracing->options->ready_file);
	status = start(tracing);
	if (status == STATUS_OK)
		status = run(tracing);
	ready_close(&tracing->ready);
	return status;
}

/* Forked before anything is loaded, the process that reads them holds nothing of it. */
static int start_names(struct tracing *tracing, struct tracee_error *err)
{
	const struct output_request *output = &tracing->options->output;
	int r;

	if (!(output->flags & OUTPUT_CONTAINER_NAMES))
		return 0;
	r = container_names_new(output->root ? output->root : "/", &tracing->names, err);
	tracing->printer.form.names = tracing->names;
	return r;
}

enum status tracing_run(const struct options *options, const struct tracee_kernel *kernel)
{
	struct tracing tracing = { .options = options, .kernel = kernel, .tap.fd = -1 };
	struct tracee_error err;
	enum status status;

	if (options->lifeline_fd >= 0 && lifeline_hold(options->lifeline_fd, &err) < 0)
		return fail(STATUS_USAGE, &err);
	if (tap_open(options->findings_fd, &tracing.tap, &err) < 0)
		return fail(STATUS_USAGE, &err);
	/* What is wrong with a template, or with exceptions, is as wrong as a wrong word on the command line. */
	if (options->exceptions_file && exceptions_read(options->exceptions_file, &tracing.exceptions, &err) < 0)
		return fail(STATUS_USAGE, &err);
	if (printer_open(&options->output, kernel->arch, &tracing.printer, &err) < 0) {
		exceptions_free(tracing.exceptions);
		return fail(STATUS_USAGE, &err);
	}
	if (output_files_open(&options->output, &tracing.files, &err) < 0 || start_names(&tracing, &err) < 0)
		status = fail(STATUS_FAILED, &err);
	else
		status = trace(&tracing);
	unload(&tracing);
	tracee_object_close(&tracing.file);
	container_names_free(tracing.names);
	output_files_close(&tracing.files);
	printer_close(&tracing.printer);
	exceptions_free(tracing.exceptions);
	tap_done(&tracing.tap);
	return status;
}
