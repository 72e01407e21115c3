// SPDX-License-Identifier: Apache-2.0
#include "runtime/output/form.h"

#include <time.h>

#define NS_PER_S 1000000000
#define MICROS_PER_S 1000000
#define CLOCK_TOLERANCE_NS 1000000

static int64_t now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static int64_t clock_offset_ns(void)
{
	return now_ns(CLOCK_REALTIME) - now_ns(CLOCK_MONOTONIC);
}

void form_start(struct output_form *form)
{
	form->start_ns = (uint64_t)now_ns(CLOCK_MONOTONIC);
	form->clock_offset_ns = clock_offset_ns();
}

void form_follow_clock(struct output_form *form)
{
	int64_t offset_ns = clock_offset_ns(), moved_ns = offset_ns - form->clock_offset_ns;

	if (moved_ns >= CLOCK_TOLERANCE_NS || moved_ns <= -CLOCK_TOLERANCE_NS)
		form->clock_offset_ns = offset_ns;
}

/* The fraction of a second, in six digits. */
static void add_micros(struct text *text, uint64_t micros)
{
	char digits[] = ".000000";

	for (char *digit = digits + 6; micros; micros /= 10)
		*digit-- = (char)('0' + micros % 10);
	text_add_bytes(text, digits, sizeof(digits) - 1);
}

void form_seconds(const struct output_form *form, uint64_t time_ns, struct text *text)
{
	/* What began before us, as a process that was running, did so at 0. */
	if (form->time == TIME_SINCE_START)
		time_ns = time_ns > form->start_ns ? time_ns - form->start_ns : 0;
	text_add_uint(text, time_ns / NS_PER_S);
	add_micros(text, time_ns / 1000 % MICROS_PER_S);
}

void form_date(const struct output_form *form, uint64_t time_ns, struct text *text)
{
	int64_t real_ns = (int64_t)(time_ns + (uint64_t)form->clock_offset_ns);
	time_t seconds = (time_t)(real_ns / NS_PER_S);
	char date[32] = "";
	struct tm utc;

	/* A record may claim any time; what is no date of ours is the first one. */
	if (real_ns < 0 || !gmtime_r(&seconds, &utc))
		real_ns = seconds = 0, gmtime_r(&seconds, &utc);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &utc);
	text_add(text, date);
	add_micros(text, (uint64_t)real_ns / 1000 % MICROS_PER_S);
	text_add_char(text, 'Z');
}
