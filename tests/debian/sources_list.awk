# SPDX-License-Identifier: Apache-2.0
#
# sources.list(5), one-line format → role, URI and keyring of each binary repository (see apt.sh).

$1 == "deb" {
	keyring = "-"
	uri = 2
	if ($2 ~ /^\[/) {
		while (uri < NF && $uri !~ /\]$/)
			uri++
		uri++
	}
	for (i = 2; i < uri; i++) {
		option = $i
		gsub(/[][]/, "", option)
		if (option ~ /^signed-by=\//)
			keyring = substr(option, 11)
	}
	if ($uri !~ /^cdrom:/ && NF > uri)
		printf "%s\t%s\t%s\n", ($(uri + 1) ~ /(-security|\/updates)/) ? "security" : "main", $uri, keyring
}
