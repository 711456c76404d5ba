#!/usr/bin/env python3
"""Validates an answer in JSON against its schema: till VERB ... --format json | validate.py VERB

A run log, line by line: validate.py run_log < runs.jsonl

Knows what docs/format/*.schema.json use of JSON Schema (draft 2020-12), and refuses what it does not know.
"""

import json
import pathlib
import re
import sys

FORMATS = pathlib.Path(__file__).resolve().parents[2] / "docs/format"

TYPES = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
}
ANNOTATIONS = {"$schema", "$id", "$defs", "title", "description"}


def resolve(reference, base):
    """Returns the schema a $ref names, and the file it stands in."""
    name, _, pointer = reference.partition("#")
    base = FORMATS / name if name else base
    schema = json.loads(base.read_text(encoding="utf-8"))
    for part in filter(None, pointer.split("/")):
        schema = schema[part]
    return schema, base


def faults(value, schema, at, base):
    """Yields what is wrong with a value."""
    for key, rule in schema.items():
        if key in ANNOTATIONS:
            continue
        if key == "$ref":
            yield from faults(value, *_swap(resolve(rule, base), at))
        elif key == "type":
            kinds = rule if isinstance(rule, list) else [rule]
            if not any(TYPES[kind](value) for kind in kinds):
                yield f"{at}: {value!r} is not {' or '.join(kinds)}"
        elif key == "const":
            if value != rule:
                yield f"{at}: {value!r} is not {rule!r}"
        elif key == "enum":
            if value not in rule:
                yield f"{at}: {value!r} is none of {rule}"
        elif key == "pattern":
            if isinstance(value, str) and not re.search(rule, value):
                yield f"{at}: {value!r} does not match {rule}"
        elif key in ("minimum", "maximum"):
            if TYPES["number"](value) and (value < rule if key == "minimum" else value > rule):
                yield f"{at}: {value!r} is beyond the {key} {rule}"
        elif key == "required":
            if isinstance(value, dict):
                yield from (f"{at}: {name} is missing" for name in rule if name not in value)
        elif key == "properties":
            if isinstance(value, dict):
                for name, inner in rule.items():
                    if name in value:
                        yield from faults(value[name], inner, f"{at}.{name}", base)
        elif key == "additionalProperties":
            if isinstance(value, dict):
                for name in value.keys() - schema.get("properties", {}).keys():
                    if rule is False:
                        yield f"{at}: {name} is not expected"
                    else:
                        yield from faults(value[name], rule, f"{at}.{name}", base)
        elif key == "items":
            if isinstance(value, list):
                for i, element in enumerate(value):
                    yield from faults(element, rule, f"{at}[{i}]", base)
        elif key == "anyOf":
            branches = [list(faults(value, branch, at, base)) for branch in rule]
            if all(branches):
                yield from min(branches, key=len)
        else:
            raise ValueError(f"{base.name}: this validator does not know {key}")


def _swap(resolved, at):
    schema, base = resolved
    return schema, at, base


def main():
    path = FORMATS / f"{sys.argv[1]}.schema.json"
    if sys.argv[1] == "run_log":
        lines = [json.loads(line) for line in sys.stdin]
        found = [fault for line in lines for fault in faults(line, json.loads(path.read_text()), "$", path)]
        print(*found, f"{'invalid' if found else 'valid'}, {len(lines)} lines", sep="\n")
        return 1 if found else 0
    answer = json.load(sys.stdin)
    found = list(faults(answer, json.loads(path.read_text(encoding="utf-8")), "$", path))
    for fault in found:
        print(fault)
    order = ["verb", "parameters", "source", "rows", "summary", "warnings", "till_version"]
    if list(answer) != order:
        found.append("order")
        print(f"$: the keys are {list(answer)}, but must be {order}")
    print("invalid" if found else f"valid, {len(answer['rows'])} rows")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
