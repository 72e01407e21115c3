#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# fetch.sh without a network: reads the machine's apt sources in both formats, skips where nothing can be
# had, and takes nothing that is not signed.
# shellcheck disable=SC2317 # functions are called by their name
# shellcheck source=tests/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"

tab=$'\t'

one_line_format() {
	cat > "$T/sources.list" <<-END
		# deb http://example.invalid/no bookworm main
		deb http://example.invalid/debian bookworm main contrib
		deb [arch=amd64 signed-by=/keys/one.gpg] http://example.invalid/debian-security bookworm-security main
		deb [ trusted=yes ] file:/srv/local stable/updates main
		deb-src http://example.invalid/sources bookworm main
		deb cdrom:[Debian]/ bookworm main
	END
	expect_equal "main${tab}http://example.invalid/debian${tab}-
security${tab}http://example.invalid/debian-security${tab}/keys/one.gpg
security${tab}file:/srv/local${tab}-" "$(awk -f tests/debian/sources_list.awk "$T/sources.list")"
}

deb822_format() {
	cat > "$T/debian.sources" <<-END
		Types: deb deb-src
		# a comment
		URIs: http://example.invalid/debian
		  http://example.invalid/copy
		Suites: bookworm bookworm-updates
		Signed-By: /keys/one.gpg

		Types: deb
		URIs: http://example.invalid/debian-security
		Suites: bookworm-security
		Signed-By:
		 -----BEGIN PGP PUBLIC KEY BLOCK-----

		Enabled: no
		Types: deb
		URIs: http://example.invalid/off
		Suites: bookworm
	END
	expect_equal "main${tab}http://example.invalid/debian${tab}/keys/one.gpg
main${tab}http://example.invalid/copy${tab}/keys/one.gpg
security${tab}http://example.invalid/debian-security${tab}-" "$(awk -f tests/debian/sources_deb822.awk "$T/debian.sources")"
}

fetch() { # kernel
	capture env BUILD="$T/build" VM_APT_SOURCES="$T/sources.list" tests/vm/fetch.sh "$1"
}

no_mirror_is_skipped() {
	printf 'deb http://127.0.0.1:1/%s bookworm%s main\n' debian '' debian-security -security > "$T/sources.list"
	fetch 6.1
	expect_status 75
	expect_in 'no network?' "$err"
}

unknown_kernel_is_refused() {
	fetch 0.99
	expect_status 2
	expect_in "no kernel '0.99'" "$err"
}

# A repository that is right but for the signature.
unsigned_is_refused() {
	local suite=$T/repository/dists/bookworm size sum
	mkdir -p "$suite/main/binary-amd64"
	cat > "$suite/main/binary-amd64/Packages" <<-END
		Package: linux-image-6.1.0-99-amd64
		Version: 6.1.999-1
		Architecture: amd64
		Filename: pool/linux-image.deb
		Size: 1
		SHA256: $(printf x | sha256sum | cut -d' ' -f1)
	END
	size=$(stat -c %s "$suite/main/binary-amd64/Packages")
	sum=$(sha256sum < "$suite/main/binary-amd64/Packages" | cut -d' ' -f1)
	printf '%s\n' 'Origin: Debian' 'Suite: bookworm' 'Codename: bookworm' 'Date: Sat, 01 Jan 2022 00:00:00 UTC' \
		'Architectures: amd64' 'Components: main' 'SHA256:' " $sum $size main/binary-amd64/Packages" > "$suite/Release"
	echo "deb file:$T/repository bookworm main" > "$T/sources.list"
	chmod 755 "$T"
	fetch 6.1
	expect_status 75
	grep -q 'is not signed' "$T/build/vm/apt/bookworm-amd64/update.log" || fail "$(cat "$T/build/vm/apt/bookworm-amd64/update.log")"
}

run 'the one-line format of apt sources is understood' one_line_format
run 'the deb822 format of apt sources is understood' deb822_format
run 'a kernel that is not in the table is refused' unknown_kernel_is_refused
if command -v apt-get > /dev/null && command -v dpkg-deb > /dev/null && [ -r /usr/share/keyrings/debian-archive-keyring.gpg ]; then
	run 'without a mirror the reason is told' no_mirror_is_skipped
	run 'a repository without a signature is refused' unsigned_is_refused
else
	skip 'without a mirror the reason is told' 'no apt or no debian-archive-keyring'
	skip 'a repository without a signature is refused' 'no apt or no debian-archive-keyring'
fi
finish
