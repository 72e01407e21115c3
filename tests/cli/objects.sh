#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Objects that must not be loaded, given to the runtime: each is refused with status 4 and a sentence.
source "$(dirname "$0")/../tap.sh"
builder=$BUILD/tracee-builder
runtime=$BUILD/tracee-runtime
btf=/sys/kernel/btf/vmlinux

good() { # path [build option...]
	local path=$1 made
	shift
	made=$("$builder" -q build --output-dir "$T/made" "$@")
	mkdir -p "$(dirname "$path")"
	cp "$made" "$path"
	chmod 644 "$path"
}

refused() { # words path
	TRACEE_BPF_FILE=$2 capture "$runtime"
	[ "$status" -eq 4 ] || fail "'$2' ended with status $status: $err"
	expect_in "$1" "$err"
}

# Replaces the byte at offset $2 of $1 by its value xor 1.
flip() {
	local byte
	byte=$(od -An -tu1 -j "$2" -N 1 "$1")
	printf "\\x$(printf %x $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

as_many_truncations() {
	local size step n=0
	good "$T/o/good.o"
	size=$(stat -c %s "$T/o/good.o")
	step=$((size / 2500 | 1)) # odd: every alignment has its turn
	while [ $n -lt "$size" ]; do
		head -c $n "$T/o/good.o" > "$T/o/cut.o"
		refused "object '$T/o/cut.o'" "$T/o/cut.o"
		n=$((n + step))
	done
}

every_byte_of_the_metadata() {
	local start end
	good "$T/o/good.o"
	start=$(grep -abo 'abi=[0-9]' "$T/o/good.o" | tail -n 1 | cut -d: -f1)
	end=$(grep -abo 'digest=[0-9a-f]*' "$T/o/good.o" | tail -n 1 | cut -d: -f1)
	end=$((end + 7 + 64))
	[ "$end" -gt "$start" ] || fail "no metadata found"
	while [ "$start" -le "$end" ]; do
		cp "$T/o/good.o" "$T/o/flipped.o"
		flip "$T/o/flipped.o" "$start"
		refused "object '$T/o/flipped.o'" "$T/o/flipped.o"
		start=$((start + 1))
	done
}

another_kernel_arch_version() {
	good "$T/o/a.o" --kernel 9.9.9-other --btf $btf
	refused "9.9.9-other" "$T/o/a.o"
	good "$T/o/b.o" --tracee-version 77.1
	refused "77.1" "$T/o/b.o"
	good "$T/o/c.o" --core --arch "$(case $(uname -m) in x86_64) echo arm64 ;; *) echo x86_64 ;; esac)"
	refused "this machine is" "$T/o/c.o"
}

another_abi() {
	good "$T/o/a.o"
	sed -i 's/^abi=[0-9]*$/abi=9/; s/\x00abi=[0-9]*$/\x00abi=9/' "$T/o/a.o"
	refused "ABI 9" "$T/o/a.o"
}

links_and_open_places() {
	good "$T/o/real.o"
	ln -s real.o "$T/o/link.o"
	refused "symbolic link" "$T/o/link.o"
	good "$T/open/a.o"
	chmod 777 "$T/open"
	refused "its directory can be written by others" "$T/open/a.o"
	chmod 755 "$T/open"
	chmod 666 "$T/open/a.o"
	refused "mode 0666" "$T/open/a.o"
	mkfifo "$T/o/pipe"
	refused "a named pipe" "$T/o/pipe"
}

missing_is_status_3() {
	TRACEE_BPF_FILE=$T/none.o capture "$runtime"
	expect_status 3
	expect_in "$T/none.o" "$err"
	TRACEE_BPF_FILE=$T capture "$runtime"
	expect_status 3
	expect_in "tracee.bpf.$(uname -r | tr . _)" "$err"
}

if [ ! -r $btf ]; then
	skip "objects that must not be loaded" "the running kernel has no BTF to make one from"
elif [ "$(id -u)" -ne 0 ]; then
	skip "objects that must not be loaded" "needs root: privileges are checked first"
else
	run "a missing object is status 3" missing_is_status_3
	run "truncated at 2,500 places: refused" as_many_truncations
	run "every byte of the metadata flipped: refused" every_byte_of_the_metadata
	run "for another kernel, version or architecture: refused" another_kernel_arch_version
	run "of another ABI: refused" another_abi
	run "links and places that others can write: refused" links_and_open_places
fi
finish
