# SPDX-License-Identifier: Apache-2.0
#
# What tracee-runtime found of what tracee-simulate did, a line each: result, rule, case, what it is, and what is wrong, with tabs
# between. Input: the lines of tracee-simulate --json, and as $findings those of tracee-runtime --output json. $kprobes: whether
# the kernel has them. Of a case are the findings about its process and about those that descend from it.
# Results: ok; wrong; skipped, which the machine did not let be done; blind, which is not looked for without kprobes.

def is_of($pid):
	.process.hostProcessId == $pid or any(.process.ancestors[]?; .hostProcessId == $pid);

def found($pid):
	[$findings[] | select(.SigMetadata and is_of($pid))
		| {rule: .SigMetadata.ID, severity, data: .Data, container: .container.id}];

# What is expected of data is there; more may be. With "same": [KEY, N] a value is that of the finding number N, too.
def fits($expected; $all):
	.rule == $expected.rule and .severity == $expected.severity
		and ($expected.container == null or .container == $expected.container)
		and (.data as $data | all($expected.data | to_entries[]; $data[.key] == .value)
			and ($expected.same == null
				or ($data[$expected.same[0]] != null and $data[$expected.same[0]] == $all[$expected.same[1]].data[$expected.same[0]])));

def judge:
	(if $kprobes then .expected else .expectedWithoutKprobes end) as $expected
	| if .outcome != "done" then ["skipped", .outcome]
	  elif $expected == null then ["blind", ""]
	  else
		found(.pid) as $found
		| if ($found | length) == ($expected | length)
				and all(range($expected | length); . as $i | $found[$i] | fits($expected[$i]; $found))
		  then ["ok", ""]
		  else ["wrong", "expected \($expected | tojson), found \($found | tojson)"] end
	  end;

judge as [$result, $why] | [$result, .rule, .case, .what, $why] | @tsv
