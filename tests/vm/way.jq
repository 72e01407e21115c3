# SPDX-License-Identifier: Apache-2.0
# One way of having the layout, in one guest, for results.json.
{
	$way,
	$tier,
	load_ms: $load[0].load_ms,
	programs: [$load[0].programs[] | {key: .name, value: .verified}] | from_entries,
	instructions: [$load[0].programs[] | {key: .name, value: .instructions}] | from_entries,
	events: $summary[0].events,
	findings: $summary[0].findings,
	$lost
}
