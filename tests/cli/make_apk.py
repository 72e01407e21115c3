#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make_apk.py FILE DIRECTORY: a package as apk-tools 2 reads it, of what is below DIRECTORY. Its format,
apk-package(5): gzip streams of tar archives behind one another (signature, control, data), of which all
but the last lack the blocks that end an archive."""
import gzip
import io
import sys
import tarfile


def without_end(add):
    out = io.BytesIO()
    archive = tarfile.open(fileobj=out, mode='w', format=tarfile.USTAR_FORMAT)
    add(archive)
    return out.getvalue()  # not closed: no end


def text_member(name, text):
    def add(archive):
        info = tarfile.TarInfo(name)
        info.size = len(text)
        archive.addfile(info, io.BytesIO(text))
    return add


data = io.BytesIO()
with tarfile.open(fileobj=data, mode='w', format=tarfile.PAX_FORMAT) as whole:
    whole.add(sys.argv[2], arcname='.')
with open(sys.argv[1], 'wb') as package:
    package.write(gzip.compress(without_end(text_member('.SIGN.RSA.test.rsa.pub', b'none'))))
    package.write(gzip.compress(without_end(text_member('.PKGINFO', b'pkgname = linux-lts-dev\n'))))
    package.write(gzip.compress(data.getvalue(), 1))
