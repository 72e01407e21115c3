# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For scripts that compare objects whose layouts come from different places; $builder is tracee-builder.

# What must be equal: each type with its size and members, each relocation with its value. Of the mount
# namespace the headers show nothing, and we declare only as much as we read; the sign of plain char is
# written down by clang alone.
facts() { # object
	"$builder" inspect "$1" --format json | jq -S '{relocations, types: .layout.types | sort_by(.kind, .name) |
		map(if .name == "mnt_namespace" or .name == "mount" then del(.size) else . end)} |
		walk(if type == "object" and has("type") then .type |= (tostring | sub("^s8\\["; "u8[")) else . end)'
}
