# SPDX-License-Identifier: Apache-2.0
#
# events.tsv, then the table of a 32-bit architecture → C initialisers of struct tracee_compat_call. The events are
# named by their place among the definitions. The last column says where the arguments differ from those of the event:
#   N[,N]     the event's argument N comes in two halves, the lower one first; with -v aligned=1 it begins at an even place
#   pages:N   argument N counts in pages of 4096 bytes
#   swap:N    arguments N and N + 1 change places
#   moved     behind N,N: the event's last argument comes second
BEGIN { FS = "\t" }

FNR == 1 { next }
NR == FNR { place[$2] = n++; count[$2] = $8 == "" ? 0 : split($8, unused, /; */); next }

{
	if (!($3 in place)) {
		print FILENAME ": call " $2 " is of event " $3 ", which is not known" > "/dev/stderr"
		exit 1
	}
	first = second = pages = swap = -1
	is_moved = sub(/ moved$/, "", $4)
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
	at = 0
	places = ""
	for (i = 0; i < 8; i++) {
		is_half = i == first || i == second
		if (is_moved && i == count[$3] - 1) {
			places = places " 1,"
			continue
		}
		if (is_moved && i == 1)
			at++
		if (aligned && is_half && at % 2)
			at++
		places = places " " (i == swap ? at + 1 : i == swap + 1 && swap >= 0 ? at - 1 : at) ","
		at += 1 + is_half
	}
	printf "\t{ %d, \"%s\", %d, { %d, %d }, %d, {%s } },\n", $1, $2, place[$3], first, second, pages, places
}
