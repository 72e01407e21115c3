# SPDX-License-Identifier: Apache-2.0
#
# What tests/vm/hooks.c did ($truth) and what the runtime saw of it ($events): a line for each difference.
# $absent: events that this kernel does not have, with commas. $knows_syscall: whether it tells the system call behind
# an event.
def args: [.args[] | {key: .name, value: .value}] | from_entries;
def of($t): [$events[] | select(.hostThreadId == $t.tid)];

($truth[] | select(.event) | select(.event as $name | ($absent / ",") | index($name) | not)
	| . as $t
	| (.args | if $knows_syscall == "yes" then . else del(.syscall) end) as $expected
	| [of($t)[] | select(.eventName == $t.event) | args] as $seen
	| select([$seen[] | . as $one | select(all($expected | to_entries[]; $one[.key] == .value))] | length == 0)
	| "not seen: \(tojson); of that thread there are: \($seen[:6] | tojson)"),
($truth[] | select(.alerts)
	| . as $t
	| [of($t)[] | select(.eventName == "mem_prot_alert") | args.alert] as $seen
	| select($seen != .alerts)
	| "alerts: \($seen | tojson), expected \(.alerts | tojson)")
