#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# ci/deps.sh with packages of a foreign architecture, on a machine that is made up: dpkg and apt-get are
# scripts that write down how they were called.
# shellcheck disable=SC2317 # functions are called by their name
# shellcheck source=tests/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"

# A machine that has nothing installed and knows these foreign architectures; $T/calls has what was done.
make_machine() { # "status of apt-get update" architecture...
	local status=$1 name
	shift
	mkdir "$T/bin"
	printf '%s\n' "$@" > "$T/known"
	: > "$T/calls"
	printf '#!/bin/sh\nexit 1\n' > "$T/bin/dpkg-query"
	printf '#!/bin/sh\necho 0\n' > "$T/bin/id"
	cat > "$T/bin/dpkg" <<-END
		#!/bin/sh
		case \$1 in
		--print-foreign-architectures) exec cat "$T/known" ;;
		--print-architecture) echo amd64 ;;
		*) echo "dpkg \$*" >> "$T/calls" ;;
		esac
	END
	cat > "$T/bin/apt-get" <<-END
		#!/bin/sh
		echo "apt-get \$*" >> "$T/calls"
		case " \$* " in *' update '*) exit $status ;; esac
	END
	for name in dpkg-query dpkg apt-get id; do
		chmod +x "$T/bin/$name"
	done
}

deps() { # group
	capture env PATH="$T/bin:$PATH" ci/deps.sh -y "$1"
	calls=$(< "$T/calls")
}

unknown_is_added() {
	make_machine 0
	deps cross-arm64
	expect_status 0
	expect_equal 'dpkg --add-architecture arm64' "$(grep '^dpkg' "$T/calls")"
	expect_equal 'apt-get -qq update' "$(sed -n 2p "$T/calls")"
	expect_in 'install -y --no-install-recommends gcc-aarch64-linux-gnu libc6-dev:arm64' "$calls"
}

known_is_left() {
	make_machine 0 i386 arm64
	deps cross-arm64
	expect_status 0
	expect_equal '' "$(grep '^dpkg' "$T/calls" || true)"
	expect_in 'libseccomp-dev:arm64' "$calls"
}

native_adds_nothing() {
	make_machine 0
	deps build
	expect_status 0
	expect_equal '' "$(grep '^dpkg' "$T/calls" || true)"
}

# Otherwise the machine's next `apt-get update` fails, whoever calls it.
unavailable_is_taken_away() {
	make_machine 100
	deps cross-arm64
	expect_status 75
	expect_in 'do not have arm64' "$err"
	expect_equal 'dpkg --add-architecture arm64
dpkg --remove-architecture arm64' "$(grep '^dpkg' "$T/calls")"
	case $calls in *'install -y'*) fail "$calls" ;; esac
}

foreign_is_not_native() {
	make_machine 0 arm64
	printf '#!/bin/sh\necho arm64 installed\n' > "$T/bin/dpkg-query"
	deps build
	expect_status 0
	expect_in ' libmd-dev ' "$calls "
}

run 'a library of another architecture does not stand for that of this machine' foreign_is_not_native
run 'an architecture that dpkg does not know is added before its packages are installed' unknown_is_added
run 'an architecture that dpkg knows is left alone' known_is_left
run 'packages of the machine itself add no architecture' native_adds_nothing
run 'an architecture that the repositories do not have is taken away again, with status 75' unavailable_is_taken_away
finish
