// SPDX-License-Identifier: Apache-2.0
#include "runtime/options.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "libtracee/base/error.h"
#include "libtracee/base/number.h"
#include "libtracee/base/text.h"
#include "runtime/detect/engine.h"

#define HELP_COLUMN 34
#define STATS_SECONDS_MAX 86400
#define DESCRIPTOR_MAX 1048576 /* sysctl fs.nr_open, as it is by default */

enum argument { ARGUMENT_NONE, ARGUMENT_OPTIONAL, ARGUMENT_REQUIRED };

/* What is known while parsing and of no use afterwards. */
struct parser {
	struct options *options;
	const char *action_name; /* the option that chose the action; NULL: none yet */
	bool has_format;
	bool has_rules;
};

struct option_def {
	const char *name;
	const char *short_name; /* NULL: none */
	enum argument argument;
	const char *value; /* as the help shows it */
	const char *help;
	int (*take)(struct parser *parser, const char *value, struct tracee_error *err);
};

static int choose(struct parser *parser, enum action action, const char *name, struct tracee_error *err)
{
	if (parser->action_name && parser->options->action != action)
		return error_set(err, -EINVAL, "'%s' and '%s' do not go together: choose one", parser->action_name,
				 name);
	parser->options->action = action;
	parser->action_name = name;
	return 0;
}

static int format_parse(const char *value, enum format *ret_format)
{
	if (strcmp(value, "table") == 0)
		*ret_format = FORMAT_TABLE;
	else if (strcmp(value, "json") == 0)
		*ret_format = FORMAT_JSON;
	else
		return -EINVAL;
	return 0;
}

static int take_trace(struct parser *parser, const char *value, struct tracee_error *err)
{
	if (strcmp(value, "help") == 0)
		return choose(parser, ACTION_TRACE_HELP, "--trace help", err);
	return filter_add(&parser->options->filter, &parser->options->selection, value, err);
}

static int take_rules(struct parser *parser, const char *value, struct tracee_error *err)
{
	parser->has_rules = true;
	return engine_parse_rules(value, &parser->options->rules, err);
}

static int take_exceptions(struct parser *parser, const char *value, struct tracee_error *err)
{
	if (!*value)
		return error_set(err, -EINVAL, "--exceptions: the path is empty: expected a file");
	parser->options->exceptions_file = value;
	return 0;
}

static int take_output(struct parser *parser, const char *value, struct tracee_error *err)
{
	if (strcmp(value, "help") == 0)
		return choose(parser, ACTION_OUTPUT_HELP, "--output help", err);
	return output_request_add(&parser->options->output, value, err);
}

static int take_check(struct parser *parser, const char *value, struct tracee_error *err)
{
	(void)value;
	return choose(parser, ACTION_CHECK, "--check", err);
}

static int take_list(struct parser *parser, const char *value, struct tracee_error *err)
{
	static const char *const names[] = {
		[LIST_RULES] = "rules", [LIST_EVENTS] = "events", [LIST_SETS] = "sets"
	};

	for (unsigned int i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(value ? value : "rules", names[i]) == 0) {
			parser->options->list = i;
			return choose(parser, ACTION_LIST, "--list", err);
		}
	}
	return error_set(err, -EINVAL, "--list: '%s' is not known: expected 'rules', 'events' or 'sets'", value);
}

static int take_format(struct parser *parser, const char *value, struct tracee_error *err)
{
	parser->has_format = true;
	if (format_parse(value, &parser->options->format) < 0)
		return error_set(err, -EINVAL, "--format: '%s' is not known: expected 'table' or 'json'", value);
	return 0;
}

static int take_install_path(struct parser *parser, const char *value, struct tracee_error *err)
{
	if (!*value)
		return error_set(err, -EINVAL, "--install-path: the path is empty: expected a directory");
	parser->options->install_path = value;
	return 0;
}

static int take_ready_file(struct parser *parser, const char *value, struct tracee_error *err)
{
	size_t length = strlen(value);

	if (!length || value[length - 1] == '/')
		return error_set(err, -EINVAL, "--ready-file: '%s' is not the path of a file", value);
	parser->options->ready_file = value;
	return 0;
}

static int take_buffer_size(struct parser *parser, const char *value, struct tracee_error *err)
{
	uint64_t size, page = (uint64_t)sysconf(_SC_PAGESIZE);

	if (number_parse_size(value, OPTIONS_BUFFER_SIZE_MAX, &size) < 0 || size < page || (size & (size - 1)))
		return error_set(err, -EINVAL,
				 "--buffer-size: '%s' is not a size: expected bytes per CPU, a power of two from %llu "
				 "(a page) to 1G, as 4194304, 4096K or 4M",
				 value, (unsigned long long)page);
	parser->options->buffer_size_bytes = size;
	return 0;
}

static int take_stats(struct parser *parser, const char *value, struct tracee_error *err)
{
	uint64_t seconds;

	if (number_parse(value, STATS_SECONDS_MAX, &seconds) < 0 || !seconds)
		return error_set(err, -EINVAL, "--stats: '%s' is not a time: expected whole seconds from 1 to %d", value,
				 STATS_SECONDS_MAX);
	parser->options->account_every_ms = seconds * 1000;
	return 0;
}

static int take_descriptor(const char *option, const char *value, int *ret_fd, struct tracee_error *err)
{
	uint64_t fd;

	if (number_parse(value, DESCRIPTOR_MAX, &fd) < 0 || fd <= STDERR_FILENO)
		return error_set(err, -EINVAL, "%s: '%s' is not a descriptor: expected the number of one that is open, above 2", option, value);
	*ret_fd = (int)fd;
	return 0;
}

static int take_lifeline(struct parser *parser, const char *value, struct tracee_error *err)
{
	return take_descriptor("--lifeline", value, &parser->options->lifeline_fd, err);
}

static int take_findings_to(struct parser *parser, const char *value, struct tracee_error *err)
{
	return take_descriptor("--findings-to", value, &parser->options->findings_fd, err);
}

static int take_verbose(struct parser *parser, const char *value, struct tracee_error *err)
{
	(void)value, (void)err;
	parser->options->verbosity++;
	return 0;
}

static int take_quiet(struct parser *parser, const char *value, struct tracee_error *err)
{
	(void)value, (void)err;
	parser->options->verbosity--;
	return 0;
}

static int take_help(struct parser *parser, const char *value, struct tracee_error *err)
{
	(void)value;
	return choose(parser, ACTION_HELP, "--help", err);
}

static int take_version(struct parser *parser, const char *value, struct tracee_error *err)
{
	(void)value;
	return choose(parser, ACTION_VERSION, "--version", err);
}

static const struct option_def defs[] = {
	{ "trace", "t", ARGUMENT_REQUIRED, "EXPRESSION",
	  "trace events: event=NAME, set=NAME, uid=1000, container, ...; 'help' tells more", take_trace },
	{ "rules", NULL, ARGUMENT_REQUIRED, "RULE[,RULE...]",
	  "detect with these rules, by id or name (default: all)", take_rules },
	{ "exceptions", NULL, ARGUMENT_REQUIRED, "FILE", "leave out findings that this file excepts, a line each", take_exceptions },
	{ "output", "o", ARGUMENT_REQUIRED, "FORMAT|KEY:VALUE",
	  "how and where events and findings are written: 'help' tells more", take_output },
	{ "check", NULL, ARGUMENT_NONE, NULL, "say whether this machine is fit for tracing, and what to do if not",
	  take_check },
	{ "list", "l", ARGUMENT_OPTIONAL, "rules|events|sets", "list what there is (default: rules)", take_list },
	{ "format", NULL, ARGUMENT_REQUIRED, "table|json", "how --check and --list write (default: table)",
	  take_format },
	{ "install-path", NULL, ARGUMENT_REQUIRED, "DIR", "where objects are looked for too (default: /tmp/tracee)",
	  take_install_path },
	{ "buffer-size", NULL, ARGUMENT_REQUIRED, "SIZE", "bytes for events per CPU, a power of two (default: 4M)",
	  take_buffer_size },
	{ "ready-file", NULL, ARGUMENT_REQUIRED, "FILE", "holds our process id while events are traced",
	  take_ready_file },
	{ "findings-to", NULL, ARGUMENT_REQUIRED, "FD", "write findings to this descriptor too, as JSON, without ever waiting for it", take_findings_to },
	{ "lifeline", NULL, ARGUMENT_REQUIRED, "FD", "stop when the other end of this pipe is closed, as SIGTERM would have us",
	  take_lifeline },
	{ "stats", NULL, ARGUMENT_REQUIRED, "SECONDS",
	  "write the account on stderr that often, and not at the end only; SIGUSR1 asks for one", take_stats },
	{ "verbose", "v", ARGUMENT_NONE, NULL, "tell more on stderr", take_verbose },
	{ "quiet", "q", ARGUMENT_NONE, NULL, "tell less on stderr", take_quiet },
	{ "help", "h", ARGUMENT_NONE, NULL, "print this", take_help },
	{ "version", NULL, ARGUMENT_NONE, NULL, "print the version", take_version },
};
#define N_DEFS (sizeof(defs) / sizeof(defs[0]))

static const struct option_def *def_by_name(const char *name, size_t length)
{
	for (size_t i = 0; i < N_DEFS; i++) {
		if (strlen(defs[i].name) == length && memcmp(defs[i].name, name, length) == 0)
			return &defs[i];
		if (defs[i].short_name && length == 1 && defs[i].short_name[0] == name[0])
			return &defs[i];
	}
	return NULL;
}

/* Takes argv[@at], and the word behind it if it is the value. Returns how many words that were. */
static int take_word(struct parser *parser, char **argv, int at, struct tracee_error *err)
{
	const char *word = argv[at], *name = word + (word[0] == '-') + (word[0] == '-' && word[1] == '-');
	size_t length = strcspn(name, "=");
	const char *value = name[length] == '=' ? name + length + 1 : NULL;
	const struct option_def *def;
	int n = 1, r;

	if (name == word || *name == '\0')
		return error_set(err, -EINVAL,
				 "the word '%s' is too much: all there is to say is said with options, see --help",
				 word);
	def = def_by_name(name, length);
	if (!def)
		return error_set(err, -EINVAL, "option '%.*s' is not known: see --help",
				 (int)(name - word + length), word);
	if (value && def->argument == ARGUMENT_NONE)
		return error_set(err, -EINVAL, "option '--%s' takes no value, found '%s'", def->name, value);
	if (!value && def->argument == ARGUMENT_REQUIRED) {
		value = argv[at + 1];
		n = 2;
		if (!value)
			return error_set(err, -EINVAL, "option '--%s' needs a value: expected %s", def->name,
					 def->value);
	}
	r = def->take(parser, value, err);
	return r < 0 ? r : n;
}

/* What cannot be judged word by word. */
static int finish(struct parser *parser, struct tracee_error *err)
{
	struct options *options = parser->options;

	if (parser->has_format && options->action != ACTION_CHECK && options->action != ACTION_LIST)
		return error_set(err, -EINVAL,
				 "--format goes with --check and --list: for events and findings use --output");
	if (!parser->has_rules && !options->selection.n_expressions)
		options->rules = engine_all_rules();
	if (output_request_check(&options->output, err) < 0)
		return -EINVAL;
	options->output.filters_containers = filter_is_about_containers(&options->filter);
	return selection_finish(&options->selection, err);
}

static int parse(int argc, char **argv, struct options *options, struct tracee_error *err)
{
	struct parser parser = { .options = options };
	int r;

	for (int at = 1; at < argc; at += r) {
		r = take_word(&parser, argv, at, err);
		if (r < 0)
			return r;
	}
	return finish(&parser, err);
}

int options_parse(int argc, char **argv, enum tracee_arch arch, struct options *ret_options,
		  struct tracee_error *err)
{
	struct options options = {
		.buffer_size_bytes = OPTIONS_BUFFER_SIZE_DEFAULT,
		.install_path = "/tmp/tracee",
		.lifeline_fd = -1,
		.findings_fd = -1,
	};
	int r;

	selection_init(&options.selection, arch);
	output_request_init(&options.output);
	filter_init(&options.filter, arch);
	r = parse(argc, argv, &options, err);
	if (r < 0)
		options_done(&options);
	else
		*ret_options = options;
	return r;
}

void options_done(struct options *options)
{
	filter_done(&options->filter);
}

void options_help(struct text *text)
{
	text_add(text, "Usage: tracee-runtime [OPTION...]\n\n"
		       "Loads the BPF object for this kernel and writes what its rules detect; with --trace,\n"
		       "events.\n\n");
	for (size_t i = 0; i < N_DEFS; i++) {
		size_t start = text->size_bytes;

		text_format(text, "  %s%s%s--%s", defs[i].short_name ? "-" : "",
			    defs[i].short_name ? defs[i].short_name : "", defs[i].short_name ? ", " : "    ",
			    defs[i].name);
		if (defs[i].value)
			text_format(text, defs[i].argument == ARGUMENT_OPTIONAL ? "[=%s]" : " %s", defs[i].value);
		text_add_char(text, ' ');
		if (text->size_bytes - start > HELP_COLUMN) {
			text_add_char(text, '\n');
			start = text->size_bytes;
		}
		text_pad_to(text, start, HELP_COLUMN);
		text_format(text, "%s\n", defs[i].help);
	}
	text_add(text, "\nTRACEE_BPF_FILE names the object to load, or the directory that holds it.\n");
}
