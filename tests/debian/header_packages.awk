# SPDX-License-Identifier: Apache-2.0
#
# Records of `apt-cache show linux-headers-…` → one line for each package with the build half of a header
# tree, which depends on its source half (…-common…), fields separated by a tab:
#   series  flavour  suite  arch  release  version  source half
# -v suite= and -v arch= are copied. What only depends on such packages is left out.

BEGIN {
	RS = ""
	FS = "\n"
	OFS = "\t"
}

{
	package = version = common = ""
	for (i = 1; i <= NF; i++) {
		if ($i ~ /^Package: linux-headers-[0-9]/)
			package = substr($i, 24)
		else if ($i ~ /^Version: /)
			version = substr($i, 10)
		else if ($i ~ /^Depends: / && match($i, /linux-headers-[^ ,]*-common[^ ,]*/))
			common = substr($i, RSTART, RLENGTH)
	}
	if (package == "" || common == "")
		next
	split(package, number, /[.+~-]/)
	# 6.1.0-0.deb11.52-cloud-amd64, 6.12.118+deb13-arm64-16k, 7.3-rt-amd64
	flavour = match(package, /-(cloud-|rt-)?(amd64|arm64)(-16k)?$/) ? substr(package, RSTART + 1) : package
	print number[1] "." number[2], flavour, suite, arch, package, version, common
}
