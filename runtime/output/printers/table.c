// SPDX-License-Identifier: Apache-2.0
/* table and table-verbose: both have their columns, and others where events of containers are asked for. */
#include <inttypes.h>
#include <string.h>

#include "libtracee/base/escape.h"
#include "runtime/containers/names.h"
#include "runtime/output/event.h"
#include "runtime/output/finding.h"
#include "runtime/output/printer.h"
#include "runtime/output/printers/all.h"

#define N_COLUMNS_MAX 14

struct column {
	const char *title;
	size_t width;
	void (*write)(struct text *text, const struct tracee_event *event, const struct output_form *form);
};

#define CELL(name)                                                                                                 \
	static void cell_##name(struct text *text, const struct tracee_event *event, const struct output_form *form)
#define NUMBER_CELL(name, format, number)                                                                          \
	CELL(name)                                                                                                 \
	{                                                                                                          \
		(void)form;                                                                                        \
		text_format(text, format, number);                                                                 \
	}
#define TEXT_CELL(name, string)                                                                                    \
	CELL(name)                                                                                                 \
	{                                                                                                          \
		(void)form;                                                                                        \
		escape_text(text, string, strlen(string));                                                         \
	}
/* As the process's own namespace counts, and the host. */
#define BOTH_CELL(name, number, host_number)                                                                       \
	CELL(name)                                                                                                 \
	{                                                                                                          \
		(void)form;                                                                                        \
		text_format(text, "%-7" PRIu32 "/%-7" PRIu32, number, host_number);                                \
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

/* What is not known by name is by the beginning of its id. */
CELL(container)
{
	const struct container_label *label = container_names_of(form->names, event);

	if (label->name[0])
		escape_text(text, label->name, strlen(label->name));
	else
		text_format(text, "%.12s", event->container_id);
}

/* 0 ends a list. */
enum column_id {
	END,
	TIME,
	DATE,
	UTS_NAME,
	MNT_NS,
	PID_NS,
	UID,
	COMM,
	PID,
	TID,
	PPID,
	BOTH_PIDS,
	BOTH_TIDS,
	BOTH_PPIDS,
	CONTAINER, /* where its name was asked for */
	RET,
	EVENT,
};

static const struct column all_columns[] = {
	[TIME] = { "TIME(s)", 14, cell_time },
	[DATE] = { "TIME", 27, cell_date },
	[UTS_NAME] = { "UTS_NAME", 16, cell_uts_name },
	[MNT_NS] = { "MNT_NS", 12, cell_mnt_ns },
	[PID_NS] = { "PID_NS", 12, cell_pid_ns },
	[UID] = { "UID", 6, cell_uid },
	[COMM] = { "COMM", 16, cell_comm },
	[PID] = { "PID", 7, cell_pid },
	[TID] = { "TID", 7, cell_tid },
	[PPID] = { "PPID", 7, cell_ppid },
	[BOTH_PIDS] = { "PID/host", 15, cell_both_pids },
	[BOTH_TIDS] = { "TID/host", 15, cell_both_tids },
	[BOTH_PPIDS] = { "PPID/host", 15, cell_both_ppids },
	[CONTAINER] = { "CONTAINER", 16, cell_container },
	[RET] = { "RET", 16, cell_ret },
	[EVENT] = { "EVENT", 20, cell_event },
};

/* By whether the columns for containers are wanted. */
static const enum column_id brief[2][N_COLUMNS_MAX] = {
	{ TIME, UID, COMM, PID, TID, CONTAINER, RET, EVENT },
	{ TIME, UTS_NAME, UID, COMM, BOTH_PIDS, BOTH_TIDS, CONTAINER, RET, EVENT },
};
static const enum column_id verbose[2][N_COLUMNS_MAX] = {
	{ TIME, UTS_NAME, MNT_NS, PID_NS, UID, COMM, PID, TID, PPID, CONTAINER, RET, EVENT },
	{ TIME, UTS_NAME, MNT_NS, PID_NS, UID, COMM, BOTH_PIDS, BOTH_TIDS, BOTH_PPIDS, CONTAINER, RET, EVENT },
};

/* The column at *@i, which goes on behind it; NULL at the end of the list. */
static const struct column *next_column(const enum column_id *ids, size_t *i, const struct output_form *form)
{
	enum column_id id = ids[*i];

	if (id == CONTAINER && !form->names)
		id = ids[++*i];
	if (id == END)
		return NULL;
	++*i;
	return &all_columns[id == TIME && form->time == TIME_OF_DAY ? DATE : id];
}

static void write_header(const enum column_id *ids, struct text *text, const struct output_form *form)
{
	const struct column *column;

	for (size_t i = 0; (column = next_column(ids, &i, form));)
		text_format(text, "%-*s ", (int)column->width, column->title);
	text_add(text, "ARGS\n");
}

static void write_row(const enum column_id *ids, struct text *text, const struct tracee_event *event,
		      const struct output_form *form)
{
	const struct column *column;

	for (size_t i = 0; (column = next_column(ids, &i, form));) {
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

static void table_finding(const struct printer *printer, struct text *text, const struct finding *finding)
{
	finding_table(text, finding, &printer->form);
}

const struct printer_def printer_table = {
	.name = "table",
	.help = "columns for people",
	.begin = brief_begin,
	.event = brief_event,
	.finding = table_finding,
};

const struct printer_def printer_table_verbose = {
	.name = "table-verbose",
	.help = "the same, with namespaces, parents and host names",
	.begin = verbose_begin,
	.event = verbose_event,
	.finding = table_finding,
};
