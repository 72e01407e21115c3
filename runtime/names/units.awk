# SPDX-License-Identifier: Apache-2.0
#
# tables.tsv → a C file that includes the headers of it that are there. -v unit=kernel: those of linux/ and
# asm/; -v unit=libc: the others. Both together do not compile.
BEGIN {
	FS = "\t"
	if (unit == "kernel")
		print "#include <linux/types.h>\n#include <linux/socket.h>"
}

!/^#/ && $5 != "-" {
	n = split($5, headers, " ")
	for (i = 1; i <= n; i++) {
		header = headers[i]
		if ((header ~ /^(linux|asm)\// ? "kernel" : "libc") != unit || header in seen)
			continue
		seen[header] = 1
		printf "#if __has_include(<%s>)\n#include <%s>\n#endif\n", header, header
	}
}
