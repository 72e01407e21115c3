#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The matrix of kernels: boots each kernel of kernels.tsv once, and in it traces the scenario with objects
# that have their layout in different ways, and compares each event with the truth; loads every program;
# tries users and capabilities; floods; offers objects that must be refused. The ways:
#   headers  from the kernel's header packages, its own BTF hidden as if it had none
#   btf      from the BTF in its image
#   core     the object for any kernel, which takes the layout from the running kernel's BTF
#   base     as headers, but of tier base, which is for kernels before 5.8
#
#   KERNELS=PATTERN  only those whose name matches
#   VM_SET=quick     only those marked so in kernels.tsv; VM_SET=rest: only the others; VM_SET=ci: of the others those
#                    that are not marked as alike to one of the rest, or red
#   CLANGS=LIST      the programs as these compilers make them are loaded too: numbers, or `newest`
#   VM_WORKERS=N     guests at a time (default 2)
#
# The results as JSON are $BUILD/vm/results.json; table.sh prints them.
# shellcheck disable=SC2317 # functions are called by their name
# shellcheck source=tests/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"
# shellcheck source=tests/vm/guest.sh
. tests/vm/guest.sh
# shellcheck source=tests/vm/plan.sh
. tests/vm/plan.sh
# shellcheck source=tests/vm/judge.sh
. tests/vm/judge.sh

version=${VERSION:-$(< VERSION)}
baseline=tests/vm/baseline.json
clangs=()

# ---- kernels -----------------------------------------------------------------------------------

column() { # kernel number
	awk -F'\t' -v name="$1" -v number="$2" '$1 == name { print $number }' tests/vm/kernels.tsv
}

release_of() { # kernel
	cat "$BUILD/vm/$1/release"
}

arch_of() { # kernel ; as we call it
	case $(kernel_arch "$1") in amd64) echo x86_64 ;; *) kernel_arch "$1" ;; esac
}

has_mark() { # kernel mark
	[[ ,$(column "$1" 7), == *,$2,* ]]
}

ways_of() { # kernel
	echo headers btf core
	! has_mark "$1" base || echo base
}

# What the builder chooses where nothing is said, and what the runtime asks for.
tier_of() { # kernel way
	if [ "$2" = base ] || has_mark "$1" sleeping-rings; then echo base; else echo ring; fi
}

way_in_words() { # way
	case $1 in
	headers) echo "the layout of the headers" ;;
	btf) echo "the layout of the kernel's BTF" ;;
	core) echo "the core object" ;;
	base) echo "an object of tier base" ;;
	esac
}

# A mark in the wrong column would leave a kernel out, or in, without a word.
columns_are_known() {
	local wrong
	wrong=$(awk -F'\t' '!/^#/ && (NF != 8 || $6 !~ /^[a-z0-9_]+$/ || $7 !~ /^(-|((quick|base|sleeping-rings|alike|red),)*(quick|base|sleeping-rings|alike|red))$/) {
		print FILENAME ":" FNR ": " $0 }' tests/vm/kernels.tsv)
	[ -z "$wrong" ] || fail "expected 8 columns, the sixth a module, the seventh marks:" "$wrong"
}

is_wanted() { # kernel
	# shellcheck disable=SC2053
	[[ $1 == ${KERNELS:-*} ]] || return 1
	case ${VM_SET:-} in
	quick) has_mark "$1" quick ;;
	rest) ! has_mark "$1" quick ;;
	ci) ! has_mark "$1" quick && ! has_mark "$1" alike && ! has_mark "$1" red ;;
	esac
}

all_kernels() {
	grep -v '^#' tests/vm/kernels.tsv | cut -f 1
}

# ---- objects -----------------------------------------------------------------------------------

# The object of a kernel that has its layout in that way: $BUILD/vm/KERNEL/objects/WAY/*.o
build_object() { # kernel way
	local directory=$BUILD/vm/$1 way=$2 source
	case $way in
	headers) source=(--layout headers --headers "$directory/build/" --headers "$directory/source/") ;;
	base | ring) source=(--layout headers --headers "$directory/build/" --headers "$directory/source/" --tier "$way") ;;
	btf) source=(--btf "$(btf_of "$1")") ;;
	core) source=(--core --tier "$(tier_of "$1" core)") ;;
	esac
	[ "$way" = core ] || source+=(--kernel "$(release_of "$1")")
	mkdir -p "$directory/objects/$way"
	"$BUILD/tracee-builder" build "${source[@]}" --arch "$(arch_of "$1")" --output-dir "$directory/objects/$way" \
		--tracee-version "$version"
}

btf_of() { # kernel
	echo "$BUILD/vm/$1/vmlinuz"
}

object_path() { # kernel way
	find "$BUILD/vm/$1/objects/$2" -name 'tracee.bpf.*.o'
}

object_name() { # way
	basename "$(object_path "$kernel" "$1")"
}

# ---- preparing ---------------------------------------------------------------------------------

fetch_failure=
make_hidden() { tests/vm/hidden.sh "$BUILD/vm/$kernel/module.ko" "$BUILD/vm/$kernel/hidden.ko"; }
fetched() { [ -z "$fetch_failure" ] || fail "$fetch_failure"; }
build_way() { build_object "$kernel" "$way"; }

# What inspect says of the objects is what the guest is about.
made_as_asked() {
	local expected
	expected="$(tier_of "$kernel" "$way") $(case $way in core) echo none ;; btf) echo btf ;; *) echo headers ;; esac)"
	expect_equal "$expected" "$("$BUILD/tracee-builder" inspect --format json "$(object_path "$kernel" "$way")" |
		jq -r '.. | objects | select(has("tier")) | "\(.tier) \(.source | split(" ")[0])"')"
}

prepared=()

# Downloads a kernel and makes its objects; on success it is among $prepared.
prepare() { # name
	local status=0 reason bad=$tap_bad way
	kernel=$1
	reason=$(guest_needs "$1")
	if [ -n "$reason" ]; then
		skip "kernel $1: the virtual machine" "$reason"
		return
	fi
	reason=$(tests/vm/fetch.sh "$1" 2>&1) || status=$?
	if [ $status -eq 75 ]; then
		skip "kernel $1: the virtual machine" "$(tail -n 1 <<< "$reason")"
		return
	fi
	[ $status -eq 0 ] || fetch_failure=$reason
	run "$1: packages are unpacked" fetched
	rm -rf "$BUILD/vm/$1/objects"
	for way in $(ways_of "$1"); do
		run "$1: an object is made with $(way_in_words "$way")" build_way
		run "$1, $way: the object is of the tier asked for, and its layout from where it should be" made_as_asked
	done
	if has_mark "$1" sleeping-rings; then
		way=ring
		run "$1: an object of tier ring is made, to be refused" build_way
	fi
	rm -f "$BUILD/vm/$1/hidden.ko"
	[ "$(arch_of "$1")" != x86_64 ] || run "$1: a module is made that hides itself" make_hidden
	[ "$tap_bad" -gt "$bad" ] || prepared+=("$1")
	fetch_failure=
}

# Another kernel of the same architecture.
other_than() { # kernel
	local name
	for name in "${prepared[@]}"; do
		[ "$name" = "$1" ] || [ "$(arch_of "$name")" != "$(arch_of "$1")" ] || echo "$name"
	done | head -n 1
}

# ---- compilers ---------------------------------------------------------------------------------

# The program as a compiler made it, before it is packed.
compiled_by() { # clang tier arch
	echo "$BUILD/vm/bpf-clang-$1/bpf/tracee.$2.$3.bpf.o"
}

compiled() { [ -z "$compile_failure" ] || fail "$compile_failure"; }

# Sets $clangs to those that made the programs.
prepare_compilers() { # number|newest...
	local status=0 one clang
	for one in "$@"; do
		clang=$(tests/vm/compile.sh "$one" 2> "$BUILD/vm/compile.log") || status=$?
		if [ $status -eq 75 ]; then
			skip "the programs made by clang $one" "$(tail -n 1 "$BUILD/vm/compile.log")"
			continue
		fi
		compile_failure=
		[ $status -eq 0 ] || compile_failure=$(tail -n 20 "$BUILD/vm/compile.log")
		run "clang ${clang:-$one}: makes the programs of both tiers and architectures" compiled
		[ -n "$compile_failure" ] || clangs+=("$clang")
	done
}

# ---- booting -----------------------------------------------------------------------------------

booted() {
	[ -e "$guest/ended" ] || fail "$(cat "$BUILD/vm/$kernel/boot.log")"
}

boot_all() {
	local n=0
	for kernel in "${prepared[@]}"; do
		[ $((n++)) -lt "${VM_WORKERS:-2}" ] || wait -n || true
		module=$(column "$kernel" 6)
		# shellcheck disable=SC2046 # ways are words
		(SECONDS=0; boot "$kernel" "$(other_than "$kernel")" $(ways_of "$kernel"); echo $SECONDS > "$guest/seconds") \
			> "$BUILD/vm/$kernel/boot.log" 2>&1 &
	done
	wait
}

# ---- results -----------------------------------------------------------------------------------

# What was found of each case, by tier.
cases_json() {
	local name tier
	for name in headers base; do
		[ -s "$guest/$name-cases.judged" ] || continue
		tier=$(tier_of "$kernel" "$name")
		jq -cR --arg tier "$tier" 'split("\t") | {tier: $tier, result: .[0], rule: .[1], case: .[2], what: .[3]}' "$guest/$name-cases.judged"
	done | jq -cs .
}

# What was measured in the guest of $kernel, into $result.
write_result() { # ways...
	local way load out=$guest/out
	{
		for way in "$@"; do
			case=$way
			load=$out/load-headers.out
			[ "$way" != base ] || load=$out/load-base.out
			jq -cn --arg way "$way" --arg tier "$(tier_of "$kernel" "$way")" --slurpfile load "$load" --slurpfile summary "$guest/$way.summary" \
				--argjson lost "$(statistics '.generated - .delivered')" -f tests/vm/way.jq
		done
		for load in "$out"/load-*-clang-*.out; do
			[ -s "$load" ] || continue
			way=${load##*/load-} way=${way%.out}
			jq -c --arg clang "${way##*-clang-}" --arg way "${way%%-clang-*}" --arg tier "$(tier_of "$kernel" "${way%%-clang-*}")" \
				'{$clang, $way, $tier, load_ms, programs: [.programs[] | {key: .name, value: .verified}] | from_entries}' "$load"
		done
	} | jq -s --arg kernel "$kernel" --arg release "$(release_of "$kernel")" --arg arch "$(arch_of "$kernel")" \
		--argjson seconds "$(cat "$guest/seconds")" --arg clang "$our_clang" \
		--argjson cases "$(cases_json)" '{$kernel, $release, $arch, $seconds, $clang, $cases, ways: map(select(.clang | not)), compilers: map(select(.clang))}' > "$result"
}

# ---- all of it ---------------------------------------------------------------------------------

# Guests live below $BUILD/vm: one run at a time.
mkdir -p "$BUILD/vm"
exec 8> "$BUILD/vm/guests.lock"
flock 8
rm -f "$BUILD/vm/results.json"

if readelf -l "$BUILD/tracee-runtime" | grep -q INTERP; then
	skip 'virtual machines' 'the runtime is not static (a variant with sanitizers)'
	finish
fi

run 'kernels.tsv has a module and marks for each kernel' columns_are_known
our_clang=$(sed -n 's/.*BPF_CLANG_VERSION "\([0-9]*\).*/\1/p' "$BUILD/gen/bpf_clang.h")
# shellcheck disable=SC2086 # a list of words
prepare_compilers ${CLANGS:-}
for kernel in $(all_kernels); do
	! is_wanted "$kernel" || prepare "$kernel"
done
boot_all
for kernel in "${prepared[@]}"; do
	other=$(other_than "$kernel")
	guest=$BUILD/vm/$kernel/guest-matrix
	result=$BUILD/vm/$kernel/result.json
	rm -f "$result"
	run "$kernel: boots and does all steps" booted
	if [ -e "$guest/ended" ]; then
		# shellcheck disable=SC2046 # ways are words
		judge_guest $(ways_of "$kernel")
		[ ! -s "$result" ] || cat "$result" >> "$BUILD/vm/results.jsonl.new"
	fi
done
[ ! -e "$BUILD/vm/results.jsonl.new" ] || { jq -s . "$BUILD/vm/results.jsonl.new" > "$BUILD/vm/results.json"; rm "$BUILD/vm/results.jsonl.new"; }
finish
