# SPDX-License-Identifier: Apache-2.0
"""manifests.py FILE: checks a Kubernetes manifest against the API's schema, as the official client has it: every
field known, of its type, and none missing that is required. Ends with 1 and one line for each that is wrong."""
import re
import sys

import yaml
from kubernetes import client

SIMPLE = {"str": str, "int": int, "bool": bool, "float": (int, float), "object": object}


def check(value, kind, path, wrong):
    if match := re.fullmatch(r"list\[(.*)\]", kind):
        if not isinstance(value, list):
            wrong.append(f"{path}: expected a list, found {value!r}")
            return
        for i, item in enumerate(value):
            check(item, match[1], f"{path}[{i}]", wrong)
    elif match := re.fullmatch(r"dict\(str, (.*)\)", kind):
        if not isinstance(value, dict):
            wrong.append(f"{path}: expected a mapping, found {value!r}")
            return
        for key, item in value.items():
            check(item, "quantity" if path.endswith((".requests", ".limits")) else match[1], f"{path}.{key}", wrong)
    elif kind == "quantity":
        if not re.fullmatch(r"[0-9.]+(m|[kMGTPE]i?)?", str(value)):
            wrong.append(f"{path}: {value!r} is no quantity")
    elif kind in SIMPLE:
        if not isinstance(value, SIMPLE[kind]) or (kind == "int" and isinstance(value, bool)):
            wrong.append(f"{path}: expected {kind}, found {value!r}")
    else:
        check_object(value, getattr(client, kind), path, wrong)


def check_object(value, model, path, wrong):
    if not isinstance(value, dict):
        wrong.append(f"{path}: expected the fields of {model.__name__}, found {value!r}")
        return
    names = {name: attribute for attribute, name in model.attribute_map.items()}
    for key, item in value.items():
        if key not in names:
            wrong.append(f"{path}.{key}: {model.__name__} has no such field")
        else:
            check(item, model.openapi_types[names[key]], f"{path}.{key}", wrong)
    try:
        model(**{names[key]: item for key, item in value.items() if key in names})
    except ValueError as error:
        wrong.append(f"{path}: {error}")


def check_mounts(manifest, wrong):
    """What the schema does not say: each mount has its volume, and each volume is mounted."""
    pod = manifest["spec"]["template"]["spec"]
    volumes = {volume["name"] for volume in pod.get("volumes", [])}
    mounts = {mount["name"] for container in pod["containers"] + pod.get("initContainers", [])
              for mount in container.get("volumeMounts", [])}
    for name in volumes ^ mounts:
        wrong.append(f"volume {name}: {'not mounted' if name in volumes else 'not there'}")
    if manifest["spec"]["selector"]["matchLabels"].items() - manifest["spec"]["template"]["metadata"]["labels"].items():
        wrong.append("the selector does not match the labels of its pods")


def main():
    wrong = []
    with open(sys.argv[1], encoding="utf-8") as file:
        for manifest in yaml.safe_load_all(file):
            check_object(manifest, getattr(client, "V1" + manifest["kind"]), manifest["kind"], wrong)
            check_mounts(manifest, wrong)
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
