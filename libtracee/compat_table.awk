# SPDX-License-Identifier: Apache-2.0
#
# events.tsv, then ia32.tsv → C initialisers of struct tracee_compat_call. The events are named by their place
# among the definitions. The last column says where the arguments differ from those of the event:
#   N[,N]     the event's argument N comes in two halves, the lower one first
#   pages:N   argument N counts in pages of 4096 bytes
#   swap:N    arguments N and N + 1 change places
BEGIN { FS = "\t" }

FNR == 1 { next }
NR == FNR { place[$2] = n++; next }

{
	if (!($3 in place)) {
		print FILENAME ": call " $2 " is of event " $3 ", which is not known" > "/dev/stderr"
		exit 1
	}
	first = second = pages = swap = -1
	if (split($4, word, ":") == 2) {
		if (word[1] == "pages")
			pages = word[2]
		else
			swap = word[2]
	} else if (split($4, half, ",")) {
		first = half[1]
		if (2 in half)
			second = half[2]
	}
	printf "\t{ %d, \"%s\", %d, { %d, %d }, %d, %d },\n", $1, $2, place[$3], first, second, pages, swap
}
