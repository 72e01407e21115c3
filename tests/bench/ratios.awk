# SPDX-License-Identifier: Apache-2.0
#
# Lines `MODE<TAB>ROUND<TAB>time`, several for each mode and round, → a table. In each round the median of
# a mode's samples is divided by that of the mode BASE (default `without`), measured in the same round;
# shown are the median of these ratios and the smallest and largest. The last column compares the fastest
# sample of all rounds with the fastest of BASE: what is left when nothing else disturbed either. ORDER
# names the modes as they shall appear, with | between; UNIT (default `ns per call`) is what the times are.

function median(list, n,    i, j, t) {
	for (i = 2; i <= n; i++) {
		t = list[i]
		for (j = i - 1; j >= 1 && list[j] > t; j--)
			list[j + 1] = list[j]
		list[j + 1] = t
	}
	return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}

function median_of(mode, round,    i, list) {
	for (i = 1; i <= n_samples[mode, round]; i++)
		list[i] = sample[mode, round, i]
	return median(list, n_samples[mode, round])
}

BEGIN {
	FS = "\t"
	n_modes = split(ORDER, modes, "|")
	if (BASE == "")
		BASE = "without"
	if (UNIT == "")
		UNIT = "ns per call"
}

{
	if ($2 > n_rounds)
		n_rounds = $2
	sample[$1, $2, ++n_samples[$1, $2]] = $3 + 0
	if (!($1 in best) || $3 + 0 < best[$1])
		best[$1] = $3 + 0
}

END {
	printf "  %-46s %12s %7s   %-26s %s\n", "", UNIT, "ratio", "smallest to largest", "fastest"
	for (m = 1; m <= n_modes; m++) {
		n = 0
		for (round = 1; round <= n_rounds; round++) {
			if (!n_samples[modes[m], round] || !n_samples[BASE, round])
				continue
			n++
			times[n] = median_of(modes[m], round)
			ratios[n] = times[n] / median_of(BASE, round)
		}
		if (!n) {
			printf "  %-46s was not measured\n", modes[m]
			continue
		}
		ratio = median(ratios, n)
		printf "  %-46s %12.1f %7.3f   %.3f to %.3f, %d rounds   %7.3f\n", modes[m], median(times, n), ratio, ratios[1], ratios[n], n,
		       best[modes[m]] / best[BASE]
	}
}
