# SPDX-License-Identifier: Apache-2.0
# The lines of side_by_side.sh: kind, what the scenario did, what the runtime wrote, separated by tabs.

# As compare.c has it: wildcards in what is expected.
def fits($expected; $found):
	if ($expected | type) == "object" then
		if $expected | has("$any") then true
		elif $expected | has("$between") then ($found | type) == "number" and $found >= $expected["$between"][0] and $found <= $expected["$between"][1]
		else ($found | type) == "object" and all($expected | keys[]; . as $key | fits($expected[$key]; $found[$key])) end
	elif ($expected | type) == "array" then
		($found | type) == "array" and ($expected | length) == ($found | length) and
			all(range($expected | length); . as $i | fits($expected[$i]; $found[$i]))
	else $expected == $found end;

def told: if type == "object" and has("$between") then "\(.["$between"][0])..\(.["$between"][1])" elif type == "object" and has("$any") then "*"
	elif type == "string" then . else tojson end;

def event: (.Context // .) as $e |
	"\($e.processName | told) \($e.processId | told)/\($e.threadId | told)"
	+ (if .SigMetadata then " finding" else "(" + ([($e.args // [])[] | "\(.name)=\(.value | told)"] | join(", ")) + ") = \($e.returnValue | told)" end);

[$events[]] as $found
| $truth[] | select(.expect) | . as $line
| ([$found[] | select(fits($line.expect; .))] | first) as $event
| [(if $event then " " else "!" end), $line.kind, ($line.expect | event), (if $event then ($event | event) else "nothing like it" end)] | @tsv
