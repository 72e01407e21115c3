# SPDX-License-Identifier: Apache-2.0
#
# sources.list(5), deb822 format → role, URI and keyring of each binary repository (see apt.sh).

function flush(    n, i, uris) {
	if (field["types"] ~ /(^| )deb( |$)/ && field["enabled"] !~ /^(no|false|0)/) {
		n = split(field["uris"], uris, " ")
		for (i = 1; i <= n; i++)
			printf "%s\t%s\t%s\n", (field["suites"] ~ /(-security|\/updates)/) ? "security" : "main", uris[i],
				(field["signed-by"] ~ /^\//) ? field["signed-by"] : "-"
	}
	split("", field)
	name = ""
}

/^#/ { next }
/^[ \t]*$/ { flush(); next }
/^[^ \t:]+:/ {
	name = tolower(substr($0, 1, index($0, ":") - 1))
	value = substr($0, index($0, ":") + 1)
	gsub(/^[ \t]+|[ \t]+$/, "", value)
	field[name] = value
	next
}
name != "" {
	value = $0
	gsub(/^[ \t]+|[ \t]+$/, "", value)
	field[name] = field[name] " " value
}
END { flush() }
