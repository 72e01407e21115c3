#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# base-image.sh [-s SUITE] FILE: make what images/ are built on, where no registry can be reached, as a tar archive for
# `docker import` or `podman import`: Debian's essential packages and apt, from where this machine has its own, without
# documentation and translations. SUITE (default: this machine's own release). Needs root and debootstrap.
set -eu

suite=
if [ "${1:-}" = -s ]; then
	suite=$2
	shift 2
fi
[ $# -eq 1 ] || { echo "usage: base-image.sh [-s SUITE] FILE" >&2; exit 2; }
file=$1
[ "$(id -u)" -eq 0 ] || { echo "base-image: debootstrap needs root" >&2; exit 1; }
command -v debootstrap > /dev/null || { echo "base-image: debootstrap is not installed (ci/packages)" >&2; exit 75; }
own=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
suite=${suite:-$own}

# Where this machine has Debian's own packages: of apt's sources, in either form.
mirror=$(apt-get indextargets --format '$(SITE) $(ORIGIN) $(LABEL)' 'Created-By: Packages' | awk '$2 == "Debian" && $3 == "Debian" { print $1; exit }')
[ -n "$mirror" ] || { echo "base-image: apt's sources name no mirror of Debian" >&2; exit 75; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" "$mirror" > "$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; exit 1; }

# Updates come from where this machine has them; those of another suite are left to its own archive.
if [ "$suite" = "$own" ]; then
	cp -a /etc/apt/sources.list /etc/apt/sources.list.d/debian* "$root/etc/apt/" 2> /dev/null || true
	rm -rf "$root/etc/apt/sources.list.d"
	mkdir "$root/etc/apt/sources.list.d"
	cp -a /etc/apt/sources.list.d/debian* "$root/etc/apt/sources.list.d/" 2> /dev/null || true
	rm -f "$root"/etc/apt/debian*
fi
# How this machine reaches them: proxies, and what it does not check.
apt-config dump | grep -E '^Acquire::(Check-|https?::)' > "$root/etc/apt/apt.conf.d/90machine" || true
printf 'path-exclude /usr/share/%s/*\n' doc man locale info lintian > "$root/etc/dpkg/dpkg.cfg.d/slim"
printf 'APT::Install-Recommends "false";\n' > "$root/etc/apt/apt.conf.d/90base"
rm -rf "$root"/usr/share/{doc,man,locale,info,lintian}/* "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/var/log/* "$root"/tmp/*
tar -C "$root" --sort=name --numeric-owner -cf "$file" .
