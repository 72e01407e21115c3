#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# tracee-builder inspect and check: on a core object, which can be made anywhere, and on one with the
# layout of the running kernel where that brings its BTF.
source "$(dirname "$0")/../tap.sh"
unset KERN_HEADERS CMD_CLANG CLANG
builder=$BUILD/tracee-builder
btf=/sys/kernel/btf/vmlinux

core_object() { # sets $object
	object=$("$builder" -q build --core --output-dir "$T/core" --tracee-version 1.2.3)
}

kernel_object() { # tier; sets $object
	object=$("$builder" -q build --btf $btf --kernel 6.1.0-test --tier "$1" --output-dir "$T/$1" --tracee-version 1.2.3)
}

# ---- usage ------------------------------------------------------------------------------------

wrong_usage_is_status_2() {
	local words
	for words in "inspect" "inspect a b" "inspect --nonsense a" "inspect --format xml a" "inspect --format" "check" "check --nonsense a"; do
		# shellcheck disable=SC2086
		capture "$builder" $words
		[ "$status" -eq 2 ] || fail "'$words' ended with $status: $err"
		[ -n "$err" ] || fail "'$words' said nothing"
		expect_equal "" "$out"
	done
}

an_object_that_is_not_there_is_status_1() {
	for command in inspect check; do
		capture "$builder" $command "$T/none.o"
		expect_status 1
		expect_in "'$T/none.o': No such file or directory" "$err"
	done
}

other_files_are_refused() {
	echo nonsense > "$T/text.o"
	capture "$builder" inspect "$T/text.o"
	expect_status 6
	expect_in "not an ELF file" "$err"
	expect_equal "" "$out"
	capture "$builder" inspect "$BUILD/bpf/tracee.ring.x86_64.bpf.o"
	expect_status 6
	expect_in "not one made by tracee-builder" "$err"
	capture "$builder" check "$T/text.o"
	expect_status 6
	expect_in "$T/text.o: FAIL  file" "$out"
}

# ---- core objects -----------------------------------------------------------------------------

the_description_has_every_part() {
	core_object
	capture "$builder" inspect "$object"
	expect_status 0
	expect_equal "" "$err"
	for part in "$object" "  kernel        any" "  version       1.2.3" "  tier          ring" "PROGRAMS" "MAPS" "HELPERS" "LAYOUT" "RELOCATIONS" \
		"handle_sys_exit" "raw_tp/sys_exit" "raw_tracepoint" "telemetry" "ringbuf" "ringbuf_output" "task_struct.real_parent"; do
		expect_in "$part" "$out"
	done
	expect_in "the kernel that loads the object brings its own" "$out"
	! grep -qE ' $' <<< "$out" || fail "lines end in spaces"
}

json_has_every_part() {
	core_object
	capture "$builder" inspect --format json "$object"
	expect_status 0
	expect_equal 1 "$(wc -l <<< "$out")"
	expect_equal 1.2.3 "$(jq -r .metadata.version <<< "$out")"
	expect_equal any "$(jq -r .metadata.kernelRelease <<< "$out")"
	expect_equal null "$(jq -r .layout <<< "$out")"
	expect_equal "$(stat -c %s "$object")" "$(jq -r .size <<< "$out")"
	expect_equal "raw_tracepoint raw_tp/sys_exit" "$(jq -r '.programs[] | select(.name == "handle_sys_exit") | "\(.type) \(.section)"' <<< "$out")"
	expect_equal "ringbuf" "$(jq -r '.maps[] | select(.name == "telemetry") | .type' <<< "$out")"
	expect_equal 130 "$(jq -r '.helpers[] | select(.name == "ringbuf_output") | .id' <<< "$out")"
	expect_equal true "$(jq '[.relocations[] | has("resolves")] | any | not' <<< "$out")"
	expect_equal true "$(jq '.relocations | length > 100' <<< "$out")"
}

a_sound_object_passes_every_check() {
	core_object
	capture "$builder" check "$object"
	expect_status 0
	expect_equal "" "$err"
	expect_equal "file license programs helpers maps data code relocations libbpf program" \
		"$(awk '{ print $3 }' <<< "$out" | uniq | paste -s -d ' ')"
	expect_equal "$("$builder" inspect --format json "$object" | jq '.programs | length')" "$(grep -c ' program  .* instructions, ' <<< "$out")"
	expect_equal "ok" "$(awk '{ print $2 }' <<< "$out" | sort -u)"
}

damage_is_found_anywhere() {
	local at size
	core_object
	size=$(stat -c %s "$object")
	for at in 20 $((size / 3)) $((size / 2)) $((size - 100)); do
		cp "$object" "$T/damaged.o"
		printf '\x55\xaa\x55' | dd of="$T/damaged.o" bs=1 seek="$at" conv=notrunc status=none
		capture "$builder" check "$T/damaged.o"
		expect_status 6
		expect_in "FAIL  file" "$out"
		capture "$builder" inspect "$T/damaged.o"
		expect_status 6
	done
}

one_bad_object_of_several_fails_the_command() {
	core_object
	head -c 1000 "$object" > "$T/cut.o"
	capture "$builder" check "$object" "$T/cut.o" "$T/none.o"
	expect_status 6
	expect_in "$object: ok    libbpf" "$out"
	expect_in "$T/cut.o: FAIL  file" "$out"
	expect_in "none.o" "$err"
}

# ---- the running kernel -----------------------------------------------------------------------

every_relocation_resolves_or_is_out_of_reach() {
	local tier
	for tier in ring base; do
		kernel_object $tier
		capture "$builder" inspect --format json "$object"
		expect_status 0
		expect_equal 0 "$(jq '[.relocations[] | select(.reachable and (.resolves | not))] | length' <<< "$out")"
		expect_equal null "$(jq -r .problem <<< "$out")"
		expect_equal true "$(jq '.layout.size < 8192' <<< "$out")"
		expect_equal "$tier" "$(jq -r .metadata.tier <<< "$out")"
		capture "$builder" check "$object"
		expect_status 0
		expect_in "all in the kernel's list" "$out"
	done
}

relocations_say_where_the_layout_says_it_is() {
	local offset
	kernel_object ring
	capture "$builder" inspect --format json "$object"
	offset=$(jq '.layout.types[] | select(.name == "task_struct") | .members[] | select(.name == "tgid") | .offset' <<< "$out")
	expect_equal "$offset" "$(jq '[.relocations[] | select(.what == "task_struct.tgid") | .value] | unique | .[0]' <<< "$out")"
	capture "$builder" inspect "$object"
	grep -qE "^  task_struct.tgid +byte_offset +[0-9]+  offset $offset$" <<< "$out" || fail "no line for task_struct.tgid at $offset: $out"
	grep -qE "^      tgid +$offset  s32$" <<< "$out" || fail "no member tgid at $offset: $out"
}

a_kernel_that_lacks_a_field_is_refused_by_its_name() {
	LC_ALL=C sed 's/real_parent/xeal_parent/' $btf > "$T/vmlinux"
	capture "$builder" build --btf "$T/vmlinux" --kernel 6.1.0-test --output-dir "$T/out"
	expect_status 6
	expect_in "task_struct.real_parent" "$err"
	expect_in "program '" "$err"
	expect_in "instruction" "$err"
	[ ! -e "$T/out" ] || fail "left something behind"
}

a_kernel_that_has_a_guarded_field_or_not_is_served() {
	LC_ALL=C sed 's/fdpath/xdpath/' $btf > "$T/vmlinux"
	object=$("$builder" -q build --btf "$T/vmlinux" --kernel 6.1.0-test --output-dir "$T/out")
	capture "$builder" inspect "$object"
	expect_status 0
	grep -qE "^  linux_binprm___fdpath.fdpath +field_exists +[0-9]+  no$" <<< "$out" || fail "$out"
	grep -qE "^  linux_binprm___fdpath.fdpath +byte_offset +[0-9]+  absent, out of reach$" <<< "$out" || fail "$out"
}

run "wrong usage ends with status 2 and a sentence" wrong_usage_is_status_2
run "an object that is not there ends with status 1" an_object_that_is_not_there_is_status_1
run "files that are no objects are refused" other_files_are_refused
run "the description has every part" the_description_has_every_part
run "the description as JSON has every part" json_has_every_part
run "a sound object passes every check" a_sound_object_passes_every_check
run "damage is found wherever it is" damage_is_found_anywhere
run "one bad object of several fails the command" one_bad_object_of_several_fails_the_command
on_kernel() { # sentence function
	if [ -r $btf ]; then
		run "$@"
	else
		skip "$1" "this kernel has no $btf"
	fi
}
on_kernel "every relocation resolves or is out of reach" every_relocation_resolves_or_is_out_of_reach
on_kernel "relocations say where the layout says it is" relocations_say_where_the_layout_says_it_is
on_kernel "a kernel that lacks a field is refused by its name" a_kernel_that_lacks_a_field_is_refused_by_its_name
on_kernel "a guarded field may be missing" a_kernel_that_has_a_guarded_field_or_not_is_served
finish
