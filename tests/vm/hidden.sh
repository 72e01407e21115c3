#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# hidden.sh MODULE OUTPUT: makes the module of hidden.S for the kernel that MODULE, one of its own, is for. x86_64 alone: others
# want more of a module.
set -euo pipefail
cd "$(dirname "$0")/../.."

module=$1 output=$2
section=.gnu.linkonce.this_module
size=$(readelf -SW "$module" | awk -v name="$section" '{ sub(/^ *\[ *[0-9]+\] /, "") } $1 == name { print "0x" $5 }')
init=$(readelf -rW "$module" | awk -v name="'.rela$section'" '
	/^Relocation section/ { is_it = index($0, name) > 0 }
	is_it && / init_module / { print "0x" $1 }')
vermagic=$(objcopy -O binary --only-section=.modinfo "$module" /dev/stdout | tr '\0' '\n' | sed -n 's/^vermagic=//p')
[ -n "$size" ] && [ -n "$init" ] && [ -n "$vermagic" ] || {
	echo "hidden.sh: '$module' is no module as expected: size '$size', init at '$init', made for '$vermagic'" >&2
	exit 1
}
objcopy -O binary --only-section=__versions "$module" "$output.versions"
${CC:-cc} -c -DSIZE="$size" -DINIT_AT="$init" -DVERMAGIC="\"$vermagic\"" -DVERSIONS="\"$output.versions\"" -o "$output.new" tests/vm/hidden.S
rm "$output.versions"
mv "$output.new" "$output"
