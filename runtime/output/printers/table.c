// SPDX-License-Identifier: Apache-2.0
/* table and table-verbose: both have their columns, and others where events of containers are asked for. */
#include <inttypes.h>
#include <string.h>

#include "libtracee/base/escape.h"
#include "runtime/output/event.h"
#include "runtime/output/finding.h"
#include "runtime/output/printer.h"
#include "runtime/output/printers/all.h"

#define N_COLUMNS_MAX 12
#define DATE_WIDTH 27

struct column {
	const char *title;
	size_t width;
	void (*write)(struct text *text, const struct tracee_event *event, const struct output_form *form);
};

#define CELL(name) \
	static void cell_##name(struct text *text, const struct tracee_event *event, const struct output_form *form)
#define NUMBER_CELL(name, format, number)          \
	CELL(name)                                 \
	{                                          \
		(void)form;                        \
		text_format(text, format, number); \
	}
#define TEXT_CELL(name, string)                            \
	CELL(name)                                         \
	{                                                  \
		(void)form;                                \
		escape_text(text, string, strlen(string)); \
	}
/* As the process's own namespace counts, and the host. */
#define BOTH_CELL(name, number, host_number)                                    \
	CELL(name)                                                              \
	{                                                                       \
		(void)form;                                                     \
		text_format(text, "%-7" PRIu32 "/%-7" PRIu32, number, host_number); \
	}

NUMBER_CELL(uid, "%" PRIu32, event->uid)
NUMBER_CELL(pid, "%" PRIu32, event->pid)
NUMBER_CELL(tid, "%" PRIu32, event->tid)
NUMBER_CELL(ppid, "%" PRIu32, event->ppid)
NUMBER_CELL(mnt_ns, "%" PRIu32, event->mnt_ns)
NUMBER_CELL(pid_ns, "%" PRIu32, event->pid_ns)
NUMBER_CELL(ret, "%" PRId64, event->ret)
TEXT_CELL(comm, event->comm)
TEXT_CELL(uts_name, event->host_name)
TEXT_CELL(event, event->def->name)
BOTH_CELL(both_pids, event->pid, event->host_pid)
BOTH_CELL(both_tids, event->tid, event->host_tid)
BOTH_CELL(both_ppids, event->ppid, event->host_ppid)

CELL(time)
{
	form_seconds(form, event->time_ns, text);
}

CELL(date)
{
	form_date(form, event->time_ns, text);
}

static const struct column date = { "TIME", DATE_WIDTH, cell_date };

#define TIME { "TIME(s)", 14, cell_time }
#define UTS_NAME { "UTS_NAME", 16, cell_uts_name }
#define NAMESPACES { "MNT_NS", 12, cell_mnt_ns }, { "PID_NS", 12, cell_pid_ns }
#define USER { "UID", 6, cell_uid }, { "COMM", 16, cell_comm }
#define IDS { "PID", 7, cell_pid }, { "TID", 7, cell_tid }
#define PARENT { "PPID", 7, cell_ppid }
#define BOTH_IDS { "PID/host", 15, cell_both_pids }, { "TID/host", 15, cell_both_tids }
#define BOTH_PARENTS { "PPID/host", 15, cell_both_ppids }
#define EVENT { "RET", 16, cell_ret }, { "EVENT", 20, cell_event }

/* By whether the columns for containers are wanted; ended by one without a title. */
static const struct column brief[2][N_COLUMNS_MAX] = {
	{ TIME, USER, IDS, EVENT },
	{ TIME, UTS_NAME, USER, BOTH_IDS, EVENT },
};
static const struct column verbose[2][N_COLUMNS_MAX] = {
	{ TIME, UTS_NAME, NAMESPACES, USER, IDS, PARENT, EVENT },
	{ TIME, UTS_NAME, NAMESPACES, USER, BOTH_IDS, BOTH_PARENTS, EVENT },
};

/* The first column is the time, of which there are two kinds. */
static const struct column *column_at(const struct column *columns, size_t i, const struct output_form *form)
{
	if (i == 0 && form->time == TIME_OF_DAY)
		return &date;
	return columns[i].title ? &columns[i] : NULL;
}

static void write_header(const struct column *columns, struct text *text, const struct output_form *form)
{
	const struct column *column;

	for (size_t i = 0; (column = column_at(columns, i, form)); i++)
		text_format(text, "%-*s ", (int)column->width, column->title);
	text_add(text, "ARGS\n");
}

static void write_row(const struct column *columns, struct text *text, const struct tracee_event *event,
		      const struct output_form *form)
{
	const struct column *column;

	for (size_t i = 0; (column = column_at(columns, i, form)); i++) {
		size_t start = text->size_bytes;

		column->write(text, event, form);
		text_pad_to(text, start, column->width);
		text_add_char(text, ' ');
	}
	event_args_plain(text, event, form);
	text_add_char(text, '\n');
}

static void brief_begin(const struct printer *printer, struct text *text)
{
	write_header(brief[printer->form.shows_containers], text, &printer->form);
}

static void brief_event(const struct printer *printer, struct text *text, const struct tracee_event *event)
{
	write_row(brief[printer->form.shows_containers], text, event, &printer->form);
}

static void verbose_begin(const struct printer *printer, struct text *text)
{
	write_header(verbose[printer->form.shows_containers], text, &printer->form);
}

static void verbose_event(const struct printer *printer, struct text *text, const struct tracee_event *event)
{
	write_row(verbose[printer->form.shows_containers], text, event, &printer->form);
}

static void finding(const struct printer *printer, struct text *text, const struct signature *signature,
		    const struct tracee_event *event)
{
	finding_table(text, signature, event, &printer->form);
}

const struct printer_def printer_table = {
	.name = "table",
	.help = "columns for people",
	.begin = brief_begin,
	.event = brief_event,
	.finding = finding,
};

const struct printer_def printer_table_verbose = {
	.name = "table-verbose",
	.help = "the same, with namespaces, parents and host names",
	.begin = verbose_begin,
	.event = verbose_event,
	.finding = finding,
};
