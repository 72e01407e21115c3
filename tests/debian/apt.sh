# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For scripts that need packages of Debian suites: source this and set
#   apt_indexes    directory of the indexes, one a suite and architecture
#   apt_packages   directory of the package files
#   apt_sources    files with apt sources, space between, instead of the machine's; may be empty
#
# Packages come from the mirrors and with the keys that this machine's own apt sources name, with the
# suite exchanged, through an apt configuration of our own below $apt_indexes: nothing of the machine
# is changed. apt verifies the signatures; only the expiry date of an index is not looked at, because
# archived suites are no longer signed anew. Two processes must not make the same index at once:
# callers lock.
keyring_of_debian=/usr/share/keyrings/debian-archive-keyring.gpg
index_max_age_min=720

# Ends the script with the status for what cannot be had here.
unavailable() {
	echo "${0##*/}: $*" >&2
	exit 75
}

# Prints `role<TAB>URI<TAB>keyring` for each binary repository of the machine. The role is `security`
# or `main`: the two halves of Debian lie at different URIs. Keyring is `-` if none is named.
# Formats: sources.list(5), one line and deb822.
machine_repositories() {
	local files=$apt_sources
	if [ -z "$files" ]; then
		files=$(find /etc/apt/sources.list /etc/apt/sources.list.d \( -name '*.list' -o -name '*.sources' \) \
			2> /dev/null | sort || true)
	fi
	local file
	for file in $files; do
		[ -r "$file" ] || continue
		case $file in
		*.sources) awk -f tests/debian/sources_deb822.awk "$file" ;;
		*) awk -f tests/debian/sources_list.awk "$file" ;;
		esac
	done | sort -u
}

# A configuration that keeps what the machine says about transport (proxies, certificates, retries)
# and nothing that weakens verification.
write_configuration() { # directory arch
	mkdir -p "$1/etc/apt.conf.d" "$1/etc/preferences.d" "$1/etc/sources.list.d" "$1/etc/trusted.gpg.d" \
		"$1/lists/partial" "$1/cache/archives/partial"
	: > "$1/status"
	apt-config dump | grep '^Acquire::' | grep -Ev '^Acquire::(IndexTargets|Allow|Check|[^ ]*::Allow)' > "$1/apt.conf"
	cat >> "$1/apt.conf" <<-END
		Dir::Etc "$1/etc/";
		Dir::Etc::netrc "/etc/apt/auth.conf";
		Dir::Etc::netrcparts "/etc/apt/auth.conf.d/";
		Dir::Etc::trusted "$1/etc/trusted.gpg";
		Dir::Etc::trustedparts "$1/etc/trusted.gpg.d/";
		Dir::State "$1/";
		Dir::State::lists "$1/lists/";
		Dir::State::status "$1/status";
		Dir::Cache "$1/cache/";
		Dir::Log "$1/";
		APT::Architecture "$2";
		APT::Architectures { "$2"; };
		APT::Get::AllowUnauthenticated "false";
		Acquire::AllowInsecureRepositories "false";
		Acquire::AllowWeakRepositories "false";
		Acquire::AllowDowngradeToInsecureRepositories "false";
		Acquire::Check-Valid-Until "false";
		Acquire::Languages "none";
		Acquire::Retries "3";
	END
	# As root, apt downloads as the user _apt, who may not be able to come here.
	if [ "$(id -u)" -eq 0 ] && ! setpriv --reuid=_apt --clear-groups test -x "$1" 2> /dev/null; then
		echo 'APT::Sandbox::User "root";' >> "$1/apt.conf"
	fi
}

private_apt() { # directory program arguments...
	local directory=$1
	shift
	# Parts of the machine's configuration are read after APT_CONFIG; Dir::Etc above leads elsewhere.
	APT_CONFIG=$directory/apt.conf LC_ALL=C "$@"
}

is_fresh() { # directory
	[ -n "$(find "$1/done" -mmin -$index_max_age_min 2> /dev/null)" ]
}

# Makes the index of one suite at one repository with one keyring, if that exists and is Debian's.
update_index() { # directory uri suite arch keyring
	rm -rf "$1"
	write_configuration "$1" "$4"
	echo "deb [arch=$4 signed-by=$5] $2 $3 main" > "$1/etc/sources.list"
	private_apt "$1" apt-get -q update > "$1/update.log" 2>&1 || return 1
	grep -q '^[EW]: .*\(GPG\|not signed\|Failed to fetch\)' "$1/update.log" && return 1
	grep -qsE '^Origin: Debian( Backports)?$' "$1"/lists/*_*Release || return 1
	touch "$1/done"
}

# Sets $index to the directory of a suite's index; fails if no repository of the machine has it.
find_index() { # suite arch
	local suite=$1 arch=$2 wanted=main role uri keyring key
	index=$apt_indexes/$suite-$arch
	is_fresh "$index" && return 0
	case $suite in *-security | */updates) wanted=security ;; esac
	while IFS=$'\t' read -r role uri keyring; do
		[ "$role" = $wanted ] || continue
		[ -r "$keyring" ] || keyring=$keyring_of_debian
		for key in "$keyring" "$keyring_of_debian"; do
			[ -r "$key" ] || continue
			update_index "$index" "$uri" "$suite" "$arch" "$key" && return 0
			[ "$key" != "$keyring_of_debian" ] || break
		done
	done < <(machine_repositories)
	return 1
}

version_of() { # index package
	private_apt "$1" apt-cache show --no-all-versions "$2" | sed -n 's/^Version: //p'
}

# Downloads into the cache what is not there; apt compares the hashes, also of what is there.
download() { # index package... ; prints the files
	local from=$1 package version file
	shift
	mkdir -p "$apt_packages"
	for package in "$@"; do
		version=$(version_of "$from" "$package")
		[ -n "$version" ] || unavailable "$(basename "$from") has no package '$package'"
		echo "  FETCH   $package $version" >&2
		(cd "$apt_packages" && private_apt "$from" apt-get -q download "$package=$version") > "$apt_packages/download.log" 2>&1 || {
			cat "$apt_packages/download.log" >&2
			unavailable "download of '$package' $version failed; the next run continues"
		}
		file=$(find "$apt_packages" -name "${package}_${version//:/%3a}_*.deb" | head -n 1)
		[ -n "$file" ] || { echo "${0##*/}: no file for '$package' $version in '$apt_packages'" >&2; exit 1; }
		echo "$file"
	done
}
