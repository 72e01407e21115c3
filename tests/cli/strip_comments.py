#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Takes the comments out of all headers below a directory, but for those that name a license, as the
kernel does when it packs its own headers (Documentation: CONFIG_IKHEADERS)."""
import pathlib
import re
import sys

COMMENT = re.compile(rb'/\*(?!\s*SPDX).*?\*/', re.DOTALL)

for path in pathlib.Path(sys.argv[1]).rglob('*.h'):
    if path.is_file() and not path.is_symlink():
        stripped = COMMENT.sub(b' ', path.read_bytes())
        path.unlink()  # it may be a link to a file that is shared
        path.write_bytes(stripped)
