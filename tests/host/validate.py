# SPDX-License-Identifier: Apache-2.0
"""validate.py SCHEMA [MAX]: validates each line of stdin against docs/schema/SCHEMA.schema.json, at most
MAX of each event (default: all). Prints how many lines and how many names of events that were; ends with 1
and the reason at the first line that is not valid."""
import collections
import json
import pathlib
import sys
import warnings

warnings.simplefilter("ignore", DeprecationWarning)
import jsonschema  # noqa: E402

directory = pathlib.Path(__file__).resolve().parents[2] / "docs" / "schema"
schema = json.loads((directory / f"{sys.argv[1]}.schema.json").read_text())
limit = int(sys.argv[2]) if len(sys.argv) > 2 else None
jsonschema.Draft202012Validator.check_schema(schema)
resolver = jsonschema.RefResolver(directory.as_uri() + "/", schema)
validator = jsonschema.Draft202012Validator(schema, resolver=resolver)
seen = collections.Counter()
lines = 0
for line in sys.stdin.buffer:
    record = json.loads(line.decode("utf-8"))
    name = record.get("Context", record).get("eventName")
    seen[name] += 1
    if limit and seen[name] > limit:
        continue
    lines += 1
    for error in validator.iter_errors(record):
        sys.exit(f"line {lines}: {error.json_path}: {error.message[:500]}: {line.decode()[:1000]}")
print(lines, len(seen))
