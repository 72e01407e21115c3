// SPDX-License-Identifier: Apache-2.0
#include "runtime/output/pairs.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include "runtime/names/names.h"

static void add(struct pairs *pairs, const char *key, const char *value, size_t size_bytes)
{
	if (size_bytes > PAIR_VALUE_MAX)
		size_bytes = PAIR_VALUE_MAX;
	pairs->items[pairs->n].key = key;
	pairs->items[pairs->n].size_bytes = size_bytes;
	memcpy(pairs->items[pairs->n].value, value, size_bytes);
	pairs->n++;
}

static void add_number(struct pairs *pairs, const char *key, uint32_t number)
{
	char value[16];

	add(pairs, key, value, (size_t)snprintf(value, sizeof(value), "%" PRIu32, number));
}

static void add_named(struct pairs *pairs, const char *key, uint64_t number, enum name_table table)
{
	char value[PAIR_VALUE_MAX + 1];
	struct text text;

	text_init_in(&text, value, sizeof(value));
	names_write(&text, table, number);
	add(pairs, key, value, text.size_bytes);
}

static void add_unix(struct pairs *pairs, const char *path, size_t size_bytes)
{
	char name[sizeof(((struct sockaddr_un *)0)->sun_path)];

	if (size_bytes > sizeof(name))
		size_bytes = sizeof(name);
	/* unix(7): a name that begins with NUL is abstract, and all its bytes count. */
	if (size_bytes && path[0])
		size_bytes = strnlen(path, size_bytes);
	for (size_t i = 0; i < size_bytes; i++)
		name[i] = path[i] ? path[i] : '@';
	add(pairs, "sun_path", name, size_bytes);
}

static void add_inet(struct pairs *pairs, const void *bytes)
{
	char address[INET_ADDRSTRLEN];
	struct sockaddr_in in;

	memcpy(&in, bytes, sizeof(in.sin_family) + sizeof(in.sin_port) + sizeof(in.sin_addr));
	inet_ntop(AF_INET, &in.sin_addr, address, sizeof(address));
	add_number(pairs, "sin_port", ntohs(in.sin_port));
	add(pairs, "sin_addr", address, strlen(address));
}

static void add_inet6(struct pairs *pairs, const void *bytes, size_t size_bytes)
{
	char address[INET6_ADDRSTRLEN];
	struct sockaddr_in6 in6 = {};

	memcpy(&in6, bytes, size_bytes < sizeof(in6) ? size_bytes : sizeof(in6));
	inet_ntop(AF_INET6, &in6.sin6_addr, address, sizeof(address));
	add_number(pairs, "sin6_port", ntohs(in6.sin6_port));
	add_number(pairs, "sin6_flowinfo", ntohl(in6.sin6_flowinfo));
	add(pairs, "sin6_addr", address, strlen(address));
	add_number(pairs, "sin6_scopeid", in6.sin6_scope_id);
}

void pairs_of_sockaddr(struct pairs *pairs, const void *bytes, size_t size_bytes)
{
	sa_family_t family;

	pairs->n = 0;
	if (size_bytes < sizeof(family))
		return;
	memcpy(&family, bytes, sizeof(family));
	add_named(pairs, "sa_family", family, NAMES_ADDRESS_FAMILY);
	if (family == AF_UNIX)
		add_unix(pairs, (const char *)bytes + sizeof(family), size_bytes - sizeof(family));
	else if (family == AF_INET && size_bytes >= offsetof(struct sockaddr_in, sin_zero))
		add_inet(pairs, bytes);
	else if (family == AF_INET6 && size_bytes >= offsetof(struct sockaddr_in6, sin6_scope_id))
		add_inet6(pairs, bytes, size_bytes);
}

/* Little-endian, as both architectures are. */
static uint64_t member_number(const struct structure_member *member, const uint8_t *bytes)
{
	uint64_t number = 0;

	memcpy(&number, bytes + member->at, member->size_bytes);
	if (member->format == STRUCTURE_SIGNED && member->size_bytes == sizeof(int32_t))
		number = (uint64_t)(int64_t)(int32_t)number;
	return number;
}

static void add_member(struct pairs *pairs, const struct structure_member *member, uint64_t number)
{
	static const char *const formats[] = {
		[STRUCTURE_SIGNED] = "%" PRId64, [STRUCTURE_UNSIGNED] = "%" PRIu64, [STRUCTURE_HEX] = "0x%" PRIX64
	};
	char value[24];

	if (member->format == STRUCTURE_NAMED)
		add_named(pairs, member->name, number, member->names);
	else
		add(pairs, member->name, value, (size_t)snprintf(value, sizeof(value), formats[member->format], number));
}

void pairs_of_structure(struct pairs *pairs, const struct structure *structure, const void *bytes, size_t size_bytes)
{
	pairs->n = 0;
	for (unsigned int i = 0; i < structure->n_members; i++) {
		const struct structure_member *member = &structure->members[i];

		if (member->at + member->size_bytes <= size_bytes)
			add_member(pairs, member, member_number(member, bytes));
	}
}

static void add_quoted(struct text *text, const char *value, size_t size_bytes)
{
	text_add_char(text, '\'');
	for (size_t i = 0; i < size_bytes; i++) {
		if (value[i] == '\'' || value[i] == '\\')
			text_add_char(text, '\\');
		text_add_char(text, value[i]);
	}
	text_add_char(text, '\'');
}

void pairs_string(const struct pairs *pairs, struct text *text)
{
	text_add_char(text, '{');
	for (size_t i = 0; i < pairs->n; i++) {
		text_format(text, "%s'%s': ", i ? "," : "", pairs->items[i].key);
		add_quoted(text, pairs->items[i].value, pairs->items[i].size_bytes);
	}
	text_add_char(text, '}');
}

void pairs_json(const struct pairs *pairs, struct json *json, const char *key)
{
	json_object_open(json, key);
	for (size_t i = 0; i < pairs->n; i++)
		json_add_string_bytes(json, pairs->items[i].key, pairs->items[i].value, pairs->items[i].size_bytes);
	json_object_close(json);
}
