#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# deps.sh [-y] GROUP...: install what is missing of the packages that ci/packages/<manager> names for
# these groups. Asks before it uses sudo; -y does not ask.
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

is_installed() {
	case $manager in
	apt-get) dpkg-query -W -f '${db:Status-Status}\n' "$1" 2> /dev/null | grep -q '^installed' ;;
	dnf) rpm -q "$1" > /dev/null 2>&1 ;;
	apk) apk info -e "$1" > /dev/null 2>&1 ;;
	esac
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
	"${sudo[@]}" apt-get -qq update
	"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" > /dev/null
	;;
dnf) "${sudo[@]}" dnf -q -y install "${missing[@]}" ;;
apk) "${sudo[@]}" apk -q add "${missing[@]}" ;;
esac
