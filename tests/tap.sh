# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For test scripts: source this, define functions, call `run sentence function`, end with `finish`.
# Each function runs in a shell of its own with `set -eu`, in a fresh directory $T that is removed
# afterwards; what it prints is shown when it fails. `skip sentence reason` counts a test that cannot
# run here. $BUILD is where the programs are.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
export BUILD
tap_n=0
tap_bad=0

run() { # sentence function
	local sentence=$1 function=$2 output status
	tap_n=$((tap_n + 1))
	T=$(mktemp -d)
	output=$(set -eu; exec 2>&1; "$function")
	status=$?
	chmod -R u+rwX "$T" 2>/dev/null
	rm -rf "$T"
	if [ $status -eq 0 ]; then
		echo "ok $tap_n - $sentence"
	else
		echo "not ok $tap_n - $sentence"
		sed 's/^/# /' <<< "$output"
		tap_bad=$((tap_bad + 1))
	fi
}

skip() { # sentence reason
	tap_n=$((tap_n + 1))
	echo "ok $tap_n - $1 # SKIP $2"
}

finish() {
	echo "1..$tap_n"
	[ $tap_bad -eq 0 ]
	exit
}

# ---- what the functions use -------------------------------------------------------------------

fail() {
	echo "$*"
	exit 1
}

# Runs a command; sets $out, $err and $status.
capture() {
	status=0
	"$@" > "$T/.out" 2> "$T/.err" || status=$?
	out=$(< "$T/.out")
	err=$(< "$T/.err")
}

expect_status() {
	[ "$status" -eq "$1" ] || fail "exit status $status, expected $1; stdout: $out; stderr: $err"
}

expect_in() { # what text
	case $2 in *"$1"*) ;; *) fail "expected '$1' in: $2" ;; esac
}

expect_equal() { # expected actual
	[ "$1" = "$2" ] || fail "expected: $1
found:    $2"
}
