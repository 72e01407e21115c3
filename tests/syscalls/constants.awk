# SPDX-License-Identifier: Apache-2.0
#
# What `cc -E -dD` makes of constants.c → CONSTANT(NAME) for each macro that is a number, or an expression of
# numbers and such macros, and for each enumerator. Names are in capitals, and do not begin with an underscore but for those of wait4(2).
/^#define [A-Za-z_][A-Za-z0-9_]* / {
	body = $0
	sub(/^#define [^ ]+ /, "", body)
	gsub(/\((__)?[a-z0-9_]+_t\)/, "", body) # a cast
	if (body ~ /^[-A-Za-z0-9_|&<>+~*() ]+$/ && body !~ /sizeof/)
		macro[$2] = body
	next
}
/^#undef / { delete macro[$2]; next }
/^#/ { next }

# Enumerations: from `enum … {` to `}`, with an item behind each comma.
{
	text = $0
	while (text != "") {
		if (!is_enum) {
			if (!match(text, /(^|[^A-Za-z0-9_])enum([ \t]+[A-Za-z0-9_]+)?[ \t]*(\{|$)/))
				break
			is_enum = is_item = 1
			text = substr(text, RSTART + RLENGTH)
		} else if (match(text, /^[ \t{]+/)) {
			text = substr(text, RLENGTH + 1)
		} else if (text ~ /^[;}]/) {
			is_enum = 0
			text = substr(text, 2)
		} else if (text ~ /^,/) {
			is_item = 1
			text = substr(text, 2)
		} else if (is_item && match(text, /^[A-Z][A-Z0-9_]*[A-Za-z0-9_]*/)) {
			enumerator[substr(text, 1, RLENGTH)] = 1
			is_item = 0
			text = substr(text, RLENGTH + 1)
		} else {
			is_item = 0
			text = substr(text, 2)
		}
	}
}

# Whether all the names in a macro's body are known.
function is_known(name,    body, word) {
	body = macro[name]
	gsub(/0[xX][0-9a-fA-F]+[uUlL]*|[0-9]+[uUlL]*/, "", body)
	while (match(body, /[A-Za-z_][A-Za-z0-9_]*/)) {
		word = substr(body, RSTART, RLENGTH)
		if (!(word in known) && !(word in enumerator))
			return 0
		body = substr(body, RSTART + RLENGTH)
	}
	return 1
}

END {
	do {
		is_more = 0
		for (name in macro) {
			if (!(name in known) && is_known(name))
				known[name] = is_more = 1
		}
	} while (is_more)
	for (name in enumerator)
		known[name] = 1
	for (name in known) {
		if (name ~ /^(__W)?[A-Z]/)
			print "CONSTANT(" name ")"
	}
}
