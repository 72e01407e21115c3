# SPDX-License-Identifier: Apache-2.0
#
# Prints each command in the documents, one a line. Of Markdown: lines of an indented block that begin with `$ `, with what a
# backslash continues; and those without it that are meant to be copied, as README's first ones. Of manuals: displayed lines.
/^\.Dl [$#] / { print substr($0, 7) }
/^    \$ / { command = substr($0, 7); more = 1 }
/^    (git|make|ci\/run\.sh)/ { command = substr($0, 5); more = 1 }
!more { next }
command != "" && continued { sub(/^ +/, "", $0); command = command $0 }
{
	continued = sub(/ *\\$/, " ", command)
	if (continued) next
	sub(/ +#.*$/, "", command)
	print command
	command = ""
	more = continued = 0
}
