#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# deps.sh [-y] GROUP...: install what is missing of the packages that ci/packages/<manager> names for
# these groups. Asks before it uses sudo; -y does not ask.
#
# Groups: build, test, lint; bench is what `make bench` compares with; cross-arm64 and cross-x86_64 are
# what builds for that architecture on a machine of the other one, which Debian alone has. A package with
# `:ARCH` is of a foreign architecture, which is added to dpkg first. If the repositories do not have it
# (those of Ubuntu lie elsewhere), it is taken away again, and the status is 75.
set -eu
cd "$(dirname "$0")/.."

yes=0
if [ "${1:-}" = -y ]; then
	yes=1
	shift
fi
for manager in apt-get dnf apk none; do
	command -v "$manager" > /dev/null && break
done
if [ "$manager" = none ]; then
	echo "deps: no apt-get, dnf or apk here: install what ci/packages/ names yourself" >&2
	exit 1
fi

# A name without an architecture means this machine's: dpkg-query lists a library of any.
is_installed() {
	local arch
	case $manager in
	apt-get)
		case $1 in
		*:*) arch=${1#*:} ;;
		*) arch=$(dpkg --print-architecture) ;;
		esac
		dpkg-query -W -f '${Architecture} ${db:Status-Status}\n' "$1" 2> /dev/null | grep -Eqx "($arch|all) installed"
		;;
	dnf) rpm -q "$1" > /dev/null 2>&1 ;;
	apk) apk info -e "$1" > /dev/null 2>&1 ;;
	esac
}

is_foreign_known() { # architecture
	dpkg --print-foreign-architectures | grep -qx "$1"
}

# Sets $foreign to the architectures that packages name and dpkg does not know.
find_foreign() { # package...
	local package
	foreign=()
	for package in "$@"; do
		case $package in
		*:*)
			is_foreign_known "${package#*:}" || [[ " ${foreign[*]-} " == *" ${package#*:} "* ]] ||
				foreign+=("${package#*:}")
			;;
		esac
	done
}

add_foreign() {
	local arch failed=0
	for arch in "${foreign[@]}"; do
		"${sudo[@]}" dpkg --add-architecture "$arch"
	done
	"${sudo[@]}" apt-get -qq update || failed=1
	"${sudo[@]}" apt-get -qq -s install --no-install-recommends "${missing[@]}" > /dev/null || failed=1
	[ $failed -ne 0 ] || return 0
	for arch in "${foreign[@]}"; do
		"${sudo[@]}" dpkg --remove-architecture "$arch"
	done
	"${sudo[@]}" apt-get -qq update || true
	echo "deps: the repositories of this machine do not have ${foreign[*]}: not installed: ${missing[*]}" >&2
	exit 75
}

missing=()
for group in "$@"; do
	while read -r name package _; do
		if [ "$name" = "$group" ] && ! is_installed "$package"; then
			missing+=("$package")
		fi
	done < "ci/packages/$manager"
done
[ ${#missing[@]} -gt 0 ] || exit 0

sudo=()
if [ "$(id -u)" -ne 0 ]; then
	sudo=(sudo)
	if [ $yes -eq 0 ]; then
		read -r -p "deps: install with sudo: ${missing[*]}? [y/N] " answer
		[ "$answer" = y ] || exit 1
	fi
fi
echo "deps: installing ${missing[*]}"
case $manager in
apt-get)
	find_foreign "${missing[@]}"
	if [ ${#foreign[@]} -gt 0 ]; then
		add_foreign
	else
		"${sudo[@]}" apt-get -qq update
	fi
	"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" > /dev/null
	;;
dnf) "${sudo[@]}" dnf -q -y install "${missing[@]}" ;;
apk) "${sudo[@]}" apk -q add "${missing[@]}" ;;
esac
