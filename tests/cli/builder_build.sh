#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The builder on header trees of our own and on the BTF of this machine. Real header packages, which need
# a network, are in builder_debian.sh.
source "$(dirname "$0")/../tap.sh"
source tests/cli/header_tree.sh
unset KERN_HEADERS CMD_CLANG CLANG
builder=$BUILD/tracee-builder
btf=/sys/kernel/btf/vmlinux

help_names_every_command() {
	capture "$builder" --help
	expect_status 0
	for word in build headers inspect check; do expect_in "$word" "$out"; done
	capture "$builder" build --help
	expect_status 0
	expect_in --headers "$out"
}

wrong_usage_is_status_2() {
	local words
	for words in "" "nonsense" "--nonsense" "build word" "build --nonsense" "build --tier x" "build --arch riscv" "build --kernel ../x" \
		"build --headers a --btf b" "build --headers a --headers b --headers c" "build --core --kernel 6.1.0" "build --format xml" \
		"build --layout x" "build --strict --allow-mismatch" "build --root / --btf x" "headers word" "headers --format xml" "headers --nonsense" \
		"build --tracee-version="; do
		# shellcheck disable=SC2086
		capture "$builder" $words
		[ "$status" -eq 2 ] || fail "'$words' ended with $status: $err"
		[ -n "$err" ] || fail "'$words' said nothing"
		[ -z "$out" ] || fail "'$words' wrote to stdout: $out"
	done
}

no_headers_says_where_it_looked() {
	capture "$builder" build --kernel 9.9.9-none --output-dir "$T/out"
	expect_status 3
	expect_in /lib/modules/9.9.9-none/build "$err"
	expect_in linux-headers-9.9.9-none "$err"
	[ ! -e "$T/out" ] || fail "left something behind"
}

a_wrong_variable_is_an_error() {
	KERN_HEADERS=$T/missing capture "$builder" build --output-dir "$T/out"
	expect_status 3
	expect_in "$T/missing" "$err"
	local value
	for value in : /a: :/a /a::/b; do
		KERN_HEADERS=$value capture "$builder" build --output-dir "$T/out"
		expect_status 2
		expect_in "KERN_HEADERS='$value' has an empty path" "$err"
	done
	KERN_HEADERS=$(yes /a: | head -n 100 | tr -d '\n')/a capture "$builder" headers
	expect_status 2
	expect_in "name a directory of packages" "$err"
}

what_is_no_btf_is_refused() {
	echo nonsense > "$T/file"
	capture "$builder" build --kernel 6.1.0 --btf "$T/file" --output-dir "$T/out"
	expect_status 4
	expect_in "$T/file" "$err"
	capture "$builder" build --btf "$T/file"
	expect_status 4
}

btf_does_not_say_its_kernel() {
	capture "$builder" build --btf "$btf" --output-dir "$T/out"
	expect_status 2
	expect_in --kernel "$err"
	[ ! -e "$T/out" ] || fail "left something behind"
}

the_running_kernel_needs_no_compiler() {
	local name
	name=tracee.bpf.$(uname -r | tr . _).$(tr . _ < VERSION).o
	PATH=/nowhere capture "$builder" build --output-dir "$T/out"
	expect_status 0
	expect_equal "$T/out/$name" "$out"
	[ "$(stat -c %s "$T/out/$name")" -lt 600000 ] || fail "larger than 600 KB"
	expect_equal 644 "$(stat -c %a "$T/out/$name")"
	capture "$builder" check "$T/out/$name"
	expect_status 0
}

same_input_same_bytes() {
	cp "$btf" "$T/copy"
	mkdir "$T/elsewhere"
	"$builder" build --kernel 6.9.0-x --btf "$btf" --output-dir "$T/a"
	(cd "$T/elsewhere" && sleep 1.1 && "$builder" build --kernel 6.9.0-x --btf "$T/copy" --output-dir b)
	cmp "$T"/a/*.o "$T"/elsewhere/b/*.o
}

a_full_disk_leaves_nothing() {
	capture "$builder" build --output-dir /dev/full
	expect_status 1
	expect_in /dev/full "$err"
}

stdout_that_is_full_is_a_failure() {
	status=0
	"$builder" --help > /dev/full 2> "$T/err" || status=$?
	expect_equal 1 "$status"
}

nobody_can_build() {
	chmod 755 "$T"
	install -d -o 65534 -g 65534 "$T/mine"
	cp "$builder" "$T/tracee-builder"
	setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all "$T/tracee-builder" build --output-dir "$T/mine/out"
	expect_equal 65534 "$(stat -c %u "$T"/mine/out/*.o)"
}

# ---- header trees ------------------------------------------------------------------------------

version=$(tr . _ < VERSION)

from_tree() { # directory [build option...]
	local dir=$1
	shift
	capture "$builder" build --headers "$dir/build" --headers "$dir/source" --output-dir "$T/out" "$@"
}

a_tree_becomes_an_object() {
	make_header_tree "$T/tree" 6.1.0-9-test+x
	from_tree "$T/tree"
	expect_status 0
	expect_equal "$T/out/tracee.bpf.6_1_0-9-test+x.$version.o" "$out"
	expect_equal 2 "$(wc -l <<< "$err")"
	expect_in "parsing the headers of 6.1.0-9-test+x (x86_64) with clang" "$err"
	capture "$builder" check "$out"
	expect_status 0
}

an_arm64_tree_is_parsed_here() {
	make_header_tree "$T/tree" 6.1.0-9-test arm64
	from_tree "$T/tree" --format json
	expect_status 0
	expect_equal '"arm64" "ring" "6.1.0-9-test"' "$(jq -r '[.arch, .tier, .release] | map(tojson) | join(" ")' <<< "$out")"
}

every_way_to_name_a_tree_gives_the_same_bytes() {
	local reference
	make_header_tree "$T/tree" 6.1.0-9-test
	from_tree "$T/tree"
	reference=$(sha256sum < "$out")
	same() { # what command...
		local what=$1
		shift
		rm -rf "$T/out"
		capture "$@"
		expect_status 0
		[ "$(sha256sum < "$out")" = "$reference" ] || fail "$what: other bytes"
	}
	same "other order" "$builder" build --headers "$T/tree/source" --headers "$T/tree/build" --output-dir "$T/out"
	same "KERN_HEADERS=BUILD:SOURCE" env KERN_HEADERS="$T/tree/build:$T/tree/source" "$builder" build --output-dir "$T/out"
	same "the release is named" "$builder" build --kernel 6.1.0-9-test --arch x86_64 --headers "$T/tree/build" --headers "$T/tree/source" --output-dir "$T/out"
	mkdir "$T/one:tree with spaces"
	cp -r "$T"/tree/source/. "$T"/tree/build/. "$T/one:tree with spaces"
	same "one directory" env KERN_HEADERS="$T/one:tree with spaces" "$builder" build --output-dir "$T/out"
	same "--headers wins" env KERN_HEADERS=/wrong "$builder" build --headers "$T/one:tree with spaces" --output-dir "$T/out"
	mkdir "$T/links"
	ln -s ../tree/build "$T/links/build"
	ln -s "$T/tree/source" "$T/links/source"
	sleep 1.1 # another time stamp
	cd "$T/links" || fail "no directory"
	exec 7< /dev/null 9< /dev/null
	same "links, elsewhere, later, with other files open" "$builder" build --headers build --headers source --output-dir ../out
}

another_kernel_is_refused() {
	make_header_tree "$T/tree" 6.1.0-9-test
	from_tree "$T/tree" --kernel 6.1.0-10-test
	expect_status 4
	expect_equal "" "$out"
	expect_equal "tracee-builder: headers: '$T/tree/build': the headers are for kernel '6.1.0-9-test', asked for was '6.1.0-10-test': headers that are nearly right give wrong data without a word; install those of '6.1.0-10-test', or build for '6.1.0-9-test'" "$err"
	from_tree "$T/tree" --arch arm64
	expect_status 4
	expect_equal "tracee-builder: headers: '$T/tree/build': the headers are for x86_64, asked for was arm64: name the tree of that architecture" "$err"
	[ ! -e "$T/out" ] || fail "left something behind"
}

half_a_tree_names_the_other_half() {
	make_header_tree "$T/tree" 6.1.0-9-test
	KERN_HEADERS=$T/tree/build capture "$builder" build --output-dir "$T/out"
	expect_status 3
	expect_equal "tracee-builder: headers: '$T/tree/build' is the build half of a header tree only: 'include/linux/kconfig.h' is missing; pass the source half too (--headers BUILD --headers SOURCE, or KERN_HEADERS=BUILD:SOURCE)" "$err"
	capture "$builder" build --headers "$T/tree/source" --output-dir "$T/out"
	expect_status 3
	expect_in "'$T/tree/source' is the source half of a header tree only" "$err"
	rm "$T/tree/build/include/generated/bounds.h"
	from_tree "$T/tree"
	expect_status 3
	expect_in "'$T/tree/build' is no complete build half of a header tree: 'include/generated/bounds.h' is missing" "$err"
}

halves_of_two_kernels_are_refused() {
	make_header_tree "$T/a" 6.1.0-9-test
	make_header_tree "$T/b" 5.10.0-9-test
	capture "$builder" build --headers "$T/a/build" --headers "$T/b/source" --output-dir "$T/out"
	expect_status 4
	expect_in "of 5.10.7" "$err"
}

a_tree_that_does_not_say_its_kernel_must_be_named() {
	make_header_tree "$T/tree" 6.1.0-9-test
	rm "$T/tree/build/include/generated/utsrelease.h"
	from_tree "$T/tree"
	expect_status 4
	expect_in "nothing in the tree says which kernel it is for" "$err"
	from_tree "$T/tree" --kernel 6.1.0-9-test
	expect_status 0
	expect_in "warning: nothing in the tree says which kernel it is for" "$err"
	expect_in "unknown: nothing in the tree says" "$("$builder" inspect "$out" --format json | jq -r .metadata.match)"
	from_tree "$T/tree" --kernel 6.2.0-9-test
	expect_status 4
}

another_flavour_is_taken_only_if_allowed() {
	make_header_tree "$T/tree" 6.1.0-9-test
	from_tree "$T/tree" --kernel 6.1.0-9-other
	expect_status 4
	from_tree "$T/tree" --kernel 6.1.0-9-other --allow-mismatch
	expect_status 0
	expect_in "warning: the headers are for kernel '6.1.0-9-test', asked for was '6.1.0-9-other'" "$err"
	expect_equal "$T/out/tracee.bpf.6_1_0-9-other.$version.o" "$out"
	expect_in "other flavour: " "$("$builder" inspect "$out" --format json | jq -r .metadata.match)"
	from_tree "$T/tree" --kernel 6.1.1-9-test --allow-mismatch
	expect_status 4
}

another_upload_is_told_and_strictly_refused() {
	local mine="#1 SMP Debian 6.1.7-1 (2026-01-01)"
	make_header_tree "$T/tree" 6.1.0-9-test
	echo "#define UTS_VERSION \"$mine\"" > "$T/tree/build/include/generated/utsversion.h"
	from_tree "$T/tree" --kernel 6.1.0-9-test --kernel-version "$mine" --strict
	expect_status 0
	expect_equal exact "$("$builder" inspect "$out" --format json | jq -r .metadata.match)"
	from_tree "$T/tree" --kernel 6.1.0-9-test --kernel-version "#1 SMP Debian 6.1.7-2 (2026-02-02)"
	expect_status 0
	expect_in "warning: the headers are of another upload of this release" "$err"
	expect_in "other upload: " "$("$builder" inspect "$out" --format json | jq -r .metadata.match)"
	from_tree "$T/tree" --kernel 6.1.0-9-test --kernel-version "#1 SMP Debian 6.1.7-2 (2026-02-02)" --strict
	expect_status 4
	expect_in "6.1.7-1" "$err"
	expect_in "6.1.7-2" "$err"
}

shuffled_structures_are_refused() {
	make_header_tree "$T/tree" 6.1.0-9-test
	echo '#define CONFIG_GCC_PLUGIN_RANDSTRUCT 1' >> "$T/tree/build/include/generated/autoconf.h"
	from_tree "$T/tree"
	expect_status 4
	expect_in CONFIG_GCC_PLUGIN_RANDSTRUCT "$err"
}

an_error_of_clang_names_the_place() {
	make_header_tree "$T/tree" 6.1.0-9-test
	echo 'struct broken { nonsense member; };' > "$T/tree/source/include/linux/cred.h"
	from_tree "$T/tree"
	expect_status 5
	expect_in "$T/tree/source/include/linux/cred.h:1:17: error: unknown type name 'nonsense'" "$err"
	expect_in "tracee-builder: headers of 6.1.0-9-test: clang " "${err##*$'\n'}"
	[[ $err != */proc/self/fd/* ]] || fail "our own names are shown: $err"
	[ ! -e "$T/out" ] || fail "left something behind"
}

# The member of a structure in the layout, as `offset type`.
member() { # object struct member
	"$builder" inspect --format json "$1" | jq -r --arg struct "$2" --arg member "$3" \
		'.layout.types[] | select(.name == $struct) | .members[] | select(.name == $member) | "\(.offset) \(.type)"'
}

# What the host's compiler says of the same declarations.
host_offset() { # tree struct member
	printf '#include <stddef.h>\n#define CONFIG_X86_64 1\n#include <linux/kernel_of_test.h>\nint main(void) { return !__builtin_printf("%%zu", offsetof(struct %s, %s)); }\n' \
		"$2" "$3" > "$T/offset.c"
	"${CC:-gcc}" -w -idirafter "$1/source/include" -o "$T/offset" "$T/offset.c"
	"$T/offset"
}

# No headers of 4.18 to 5.7 can be had: a tree in their shapes stands in for them.
old_kernels_are_read() {
	local like object
	for like in LIKE_4_18:4.18.0-9-test LIKE_5_4:5.4.0-9-test; do
		rm -rf "$T/tree"
		make_header_tree "$T/tree" "${like#*:}"
		make_header_tree_old "$T/tree" "${like%:*}"
		from_tree "$T/tree"
		expect_status 0
		object=$out
		expect_equal base "$("$builder" inspect --format json "$object" | jq -r .metadata.tier)"
		capture "$builder" check "$object"
		expect_status 0
		if [ "${like%:*}" = LIKE_4_18 ]; then
			expect_equal "$(host_offset "$T/tree" task_struct pids)" "$(member "$object" task_struct pids | cut -d ' ' -f 1)"
			expect_equal "" "$(member "$object" task_struct thread_pid)"
		else
			expect_equal "$(host_offset "$T/tree" task_struct thread_pid)" "$(member "$object" task_struct thread_pid | cut -d ' ' -f 1)"
		fi
		expect_equal "$(host_offset "$T/tree" linux_binprm file)" "$(member "$object" linux_binprm file | cut -d ' ' -f 1)"
		expect_equal "" "$(member "$object" linux_binprm fdpath)"
		# A reference count stands in front.
		expect_equal 8 "$(member "$object" mnt_namespace ns | cut -d ' ' -f 1)"
	done
}

a_member_that_is_gone_fails_the_check() {
	make_header_tree "$T/tree" 6.1.0-9-test
	sed -i 's/start_time/begin_time/' "$T/tree/source/include/linux/kernel_of_test.h"
	from_tree "$T/tree"
	expect_status 6
	expect_in start_time "$err"
	[ ! -e "$T/out" ] || fail "left something behind"
}

a_header_outside_of_the_tree_is_refused() {
	make_header_tree "$T/tree" 6.1.0-9-test
	chmod 755 "$T"
	echo '/* a file of somebody else */' > "$T/outside.h"
	echo "#include \"$T/outside.h\"" >> "$T/tree/source/include/linux/cred.h"
	from_tree "$T/tree"
	expect_status 4
	expect_in "a header includes '$T/outside.h', which is outside of the tree" "$err"
	rm "$T/tree/source/include/linux/cred.h"
	ln -s "$T/outside.h" "$T/tree/source/include/linux/cred.h"
	from_tree "$T/tree"
	expect_status 4
	expect_in "'$T/tree/source/include/linux/cred.h', which leads to '$T/outside.h'" "$err"
	[ ! -e "$T/out" ] || fail "left something behind"
}

# As Ubuntu packs them: the tree of a flavour is links into the tree of all flavours beside it.
links_into_the_tree_beside_it_are_followed() {
	make_header_tree "$T" 6.1.0-9-test
	chmod 755 "$T"
	mkdir "$T/build/include/uapi"
	ln -s ../../source/include/{asm,linux,net} "$T/build/include/"
	ln -s ../../../source/include/uapi/linux "$T/build/include/uapi/linux"
	ln -s ../../../../source/arch/x86/include/asm "$T/build/arch/x86/include/asm"
	capture "$builder" build --headers "$T/build" --output-dir "$T/out"
	expect_status 0
}

# 5.10 and 5.11: see bpf/layout.c.
the_tree_tells_where_the_mount_namespace_has_its_number() {
	offsets() {
		"$builder" inspect "$T/out/"*.o --format json |
			jq -r '[.relocations[] | select(.what == "mnt_namespace.ns.inum") | .value] | unique | @csv'
	}
	make_header_tree "$T/tree" 6.1.0-9-test
	from_tree "$T/tree"
	expect_status 0
	expect_equal 16 "$(offsets)"
	echo '#define KREF_IN_UTS_NAMESPACE 1' >> "$T/tree/build/include/generated/autoconf.h"
	from_tree "$T/tree"
	expect_status 0
	expect_equal 24 "$(offsets)"
}

the_kernels_own_list_of_functions_chooses_the_tier() {
	make_header_tree "$T/tree" 6.1.0-9-test
	# The list ends where 5.7's did.
	sed -i '/FN(ringbuf_output/,/\/\* /{/FN(/d}' "$T/tree/source/include/uapi/linux/bpf.h"
	from_tree "$T/tree" --format json
	expect_status 0
	expect_equal base "$(jq -r .tier <<< "$out")"
	from_tree "$T/tree" --tier ring
	expect_status 6
	expect_in ringbuf "$err"
}

# As include/linux/spinlock_types.h of a kernel with PREEMPT_RT has it; others have a union without a name.
where_spinlocks_sleep_there_are_no_rings() {
	local kernel=$T/tree/source/include/linux/kernel_of_test.h release
	for release in 5.10.0-9-test 6.1.0-9-test; do
		rm -rf "$T/tree"
		make_header_tree "$T/tree" $release
		sed -i 's/^struct task_struct {/struct spinlock { struct { int owner; } lock; };\n&\n\tstruct spinlock alloc_lock;/' "$kernel"
		from_tree "$T/tree" --format json
		expect_status 0
		expect_equal "$(case $release in 5*) echo base ;; *) echo ring ;; esac)" "$(jq -r .tier <<< "$out")"
	done
}

the_compiler_that_is_named_is_taken() {
	make_header_tree "$T/tree" 6.1.0-9-test
	chmod 755 "$T"
	printf '#!/bin/sh\necho gcc version 12\n' > "$T/gcc"
	chmod 755 "$T/gcc"
	from_tree "$T/tree" --clang "$T/gcc"
	expect_status 5
	expect_equal "tracee-builder: '$T/gcc' does not say that it is clang: gcc version 12" "$err"
	CLANG=$T/gcc from_tree "$T/tree"
	expect_status 5
	CMD_CLANG=$T/missing CLANG=clang from_tree "$T/tree"
	expect_status 5
	expect_in "compiler '$T/missing'" "$err"
	CMD_CLANG=$T/gcc CLANG=$T/gcc from_tree "$T/tree" --clang clang
	expect_status 0
	PATH=/nowhere from_tree "$T/tree"
	expect_status 5
	expect_in "no clang in PATH" "$err"
}

a_compiler_that_makes_nothing_makes_no_object() {
	make_header_tree "$T/tree" 6.1.0-9-test
	chmod 755 "$T"
	printf '#!/bin/sh\ncase $1 in --version) echo clang version 15.0.0;; -print-resource-dir) echo /usr;; esac\n' > "$T/clang"
	chmod 755 "$T/clang"
	from_tree "$T/tree" --clang "$T"
	expect_status 5
	expect_in "made nothing" "$err"
	[ ! -e "$T/out" ] || fail "left something behind"
}

a_signal_ends_compiler_and_builder() {
	local pid i
	make_header_tree "$T/tree" 6.1.0-9-test
	chmod 755 "$T"
	(umask 0 && : > "$T/started")
	cat > "$T/clang" <<-END
		#!/bin/sh
		case \$1 in
		--version) echo clang version 15.0.0 ;;
		-print-resource-dir) echo /usr ;;
		*) echo \$\$ > '$T/started'; exec sleep 100 ;;
		esac
	END
	chmod 755 "$T/clang"
	"$builder" build --headers "$T/tree/build" --headers "$T/tree/source" --output-dir "$T/out" --clang "$T" 2> "$T/err" &
	pid=$!
	for ((i = 0; i < 500; i++)); do
		[ ! -s "$T/started" ] || break
		sleep 0.02
	done
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	expect_equal 143 "$status"
	expect_in "was stopped" "$(< "$T/err")"
	[ ! -e "/proc/$(< "$T/started")" ] || fail "the compiler still runs"
	[ ! -e "$T/out" ] || fail "left something behind"
}

# clang 24 ends with an error where the data layout of a module is not its backend's.
the_bpf_backend_is_not_given_a_foreign_data_layout() {
	make_header_tree "$T/tree" 6.1.0-9-test arm64
	chmod 755 "$T"
	cat > "$T/clang" <<-'END'
		#!/bin/bash
		[[ " $* " == *' -x ir '* ]] || exec clang "$@"
		ir=$(cat)
		! grep -m 1 '^target datalayout' <<< "$ir" >&2 || exit 1
		clang "$@" <<< "$ir"
	END
	chmod 755 "$T/clang"
	from_tree "$T/tree" --clang "$T/clang"
	expect_status 0
}

a_tree_that_only_root_may_reach_is_read() {
	mkdir -m 700 "$T/private"
	make_header_tree "$T/private/tree" 6.1.0-9-test
	from_tree "$T/private/tree"
	expect_status 0
	chmod 700 "$T/private/tree/source/include"
	from_tree "$T/private/tree"
	expect_status 5
	expect_in "everybody must be able to read the tree" "$err"
}

a_tree_needs_no_privilege() {
	make_header_tree "$T/tree" 6.1.0-9-test
	from_tree "$T/tree"
	chmod 755 "$T"
	install -d -o 65534 -g 65534 "$T/mine"
	cp "$builder" "$T/tracee-builder"
	setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all "$T/tracee-builder" build --headers "$T/tree/build" --headers "$T/tree/source" \
		--output-dir "$T/mine/a/b"
	expect_equal 65534 "$(stat -c %u "$T"/mine/a/b/*.o)"
	cmp "$T"/mine/a/b/*.o "$T"/out/*.o
}

a_core_object_is_for_any_kernel() {
	capture "$builder" build --core --output-dir "$T/out"
	expect_status 0
	expect_equal "$T/out/tracee.bpf.core.$version.o" "$out"
	expect_equal "any none" "$("$builder" inspect "$out" --format json | jq -r '.metadata | .kernelRelease + " " + .source')"
}

run "help names every command" help_names_every_command
run "wrong usage is status 2 with a sentence" wrong_usage_is_status_2
run "no headers: status 3, and where it looked" no_headers_says_where_it_looked
run "a wrong KERN_HEADERS is an error" a_wrong_variable_is_an_error
run "what is no BTF is refused with status 4" what_is_no_btf_is_refused
run "BTF does not say its kernel: status 2" btf_does_not_say_its_kernel
run "an output directory that is none is status 1" a_full_disk_leaves_nothing
run "a full standard output is a failure" stdout_that_is_full_is_a_failure
run "a header tree becomes an object" a_tree_becomes_an_object
run "an arm64 tree is parsed on any machine" an_arm64_tree_is_parsed_here
run "every way to name a tree gives the same bytes" every_way_to_name_a_tree_gives_the_same_bytes
run "headers of another kernel or architecture: status 4, with both" another_kernel_is_refused
run "half a tree: status 3, and what to pass" half_a_tree_names_the_other_half
run "halves of two kernels are refused" halves_of_two_kernels_are_refused
run "a tree that does not say its kernel must be named" a_tree_that_does_not_say_its_kernel_must_be_named
run "another flavour is taken only if it is allowed, and the object says so" another_flavour_is_taken_only_if_allowed
run "another upload is told, and refused by --strict" another_upload_is_told_and_strictly_refused
run "shuffled structures are refused" shuffled_structures_are_refused
run "an error of clang: status 5, and the user's path" an_error_of_clang_names_the_place
run "kernels 4.18 and 5.4: a tree in their shapes gives an object of tier base" old_kernels_are_read
run "a member that is gone: status 6" a_member_that_is_gone_fails_the_check
run "a header outside of the tree is refused" a_header_outside_of_the_tree_is_refused
run "links into the tree beside it are followed" links_into_the_tree_beside_it_are_followed
run "the tree tells where the mount namespace has its number" the_tree_tells_where_the_mount_namespace_has_its_number
run "the kernel's own list of functions chooses the tier" the_kernels_own_list_of_functions_chooses_the_tier
run "where spinlocks sleep, before 6.1, the tier has no rings" where_spinlocks_sleep_there_are_no_rings
run "the compiler that is named is taken, and no other" the_compiler_that_is_named_is_taken
run "a compiler that makes nothing makes no object" a_compiler_that_makes_nothing_makes_no_object
run "a signal ends the compiler and then the builder, which has made nothing" a_signal_ends_compiler_and_builder
run "the BPF backend is not given the data layout of the kernel" the_bpf_backend_is_not_given_a_foreign_data_layout
run "a core object is for any kernel" a_core_object_is_for_any_kernel
if [ "$(id -u)" -eq 0 ]; then
	run "a tree that only root may reach is read" a_tree_that_only_root_may_reach_is_read
	run "a tree needs no privilege, and gives the same bytes without" a_tree_needs_no_privilege
else
	skip "a tree that only root may reach is read" "needs root"
	skip "a tree needs no privilege" "all of this ran without"
fi
if [ -r $btf ]; then
	run "the running kernel's object needs no compiler" the_running_kernel_needs_no_compiler
	run "same input, same bytes" same_input_same_bytes
	if [ "$(id -u)" -eq 0 ]; then
		run "an unprivileged user can build" nobody_can_build
	else
		skip "an unprivileged user can build" "this is one already"
	fi
else
	skip "objects of the running kernel" "it has no BTF"
fi
finish
