// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "libtracee/base/file.h"
#include "libtracee/base/text.h"
#include "runtime/list.h"
#include "runtime/load/kprobe.h"
#include "runtime/load/plan.h"
#include "runtime/log.h"
#include "runtime/options.h"
#include "runtime/preflight/preflight.h"
#include "runtime/tracing.h"
#include "runtime/version.h"

#define RESULT_MAX (1u << 20) /* the longest list has some 50 KiB */

/* Puts a result on stdout; @status becomes STATUS_FAILED if that does not work. */
static enum status print(struct text *text, enum status status)
{
	int r = text_error(text);

	if (r == 0)
		r = file_write_all(STDOUT_FILENO, text_string(text), text->size_bytes);
	text_done(text);
	if (r == 0)
		return status;
	log_error("stdout: %s", strerror(-r));
	return STATUS_FAILED;
}

static enum status check(const struct options *options, const struct tracee_kernel *kernel)
{
	static struct preflight preflight;
	struct text text;

	preflight_run(kernel, options->install_path, &preflight);
	text_init(&text, RESULT_MAX);
	preflight_write(&preflight, options->format, &text);
	return print(&text, preflight.status);
}

static enum status print_string(const char *string)
{
	struct text text;

	text_init(&text, RESULT_MAX);
	text_add(&text, string);
	return print(&text, STATUS_OK);
}

static enum status print_version(void)
{
	struct text text;

	text_init(&text, RESULT_MAX);
	text_format(&text, "tracee-runtime %s\n", runtime_version());
	return print(&text, STATUS_OK);
}

static enum status help(void)
{
	struct text text;

	text_init(&text, RESULT_MAX);
	options_help(&text);
	return print(&text, STATUS_OK);
}

static enum status output_help(void)
{
	struct text text;

	text_init(&text, RESULT_MAX);
	output_request_help(&text);
	return print(&text, STATUS_OK);
}

static enum status list(const struct options *options, const struct tracee_kernel *kernel)
{
	struct text text;

	text_init(&text, RESULT_MAX);
	list_write(&text, options->list, options->format, kernel->arch, kprobe_is_visible() ? 0 : programs_by_kprobe());
	return print(&text, STATUS_OK);
}

static void set_verbosity(int verbosity)
{
	for (; verbosity > 0; verbosity--)
		log_more();
	for (; verbosity < 0; verbosity++)
		log_less();
}

static enum status act(const struct options *options, const struct tracee_kernel *kernel)
{
	switch (options->action) {
	case ACTION_CHECK:
		return check(options, kernel);
	case ACTION_LIST:
		return list(options, kernel);
	case ACTION_HELP:
		return help();
	case ACTION_TRACE_HELP:
		return print_string(filter_help());
	case ACTION_OUTPUT_HELP:
		return output_help();
	case ACTION_VERSION:
		return print_version();
	case ACTION_TRACE:
	default:
		return tracing_run(options, kernel);
	}
}

/*
 * Descriptors 0 to 2 that are closed would be taken by what we open, and written to. They
 * become ones that cannot be written to: output that has no place is an error.
 */
static void hold_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		/* The lowest free one, which is this one. */
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) < 0)
			_exit(STATUS_FAILED);
	}
}

int main(int argc, char **argv)
{
	struct tracee_kernel kernel;
	struct tracee_error err;
	struct options options;
	enum status status;

	hold_standard_descriptors();
	if (tracee_kernel_running(&kernel, &err) < 0) {
		log_error("%s", err.text);
		return STATUS_KERNEL;
	}
	if (options_parse(argc, argv, kernel.arch, &options, &err) < 0) {
		log_error("%s", err.text);
		return STATUS_USAGE;
	}
	set_verbosity(options.verbosity);
	status = act(&options, &kernel);
	options_done(&options);
	return status;
}
