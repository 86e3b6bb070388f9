"""Checks bodies of webhooks, one a line, against the OpenAPI file that is the argument.

Its types are told apart by discriminators, which JSON Schema does not know: they become
conditions here. What the file does not name is allowed, as LINE says it may come.
"""
import json
import sys

import jsonschema_rs
import yaml

NEWER = {"messageEdited"}


def narrowed(schema, schemas):
    """With its discriminator as conditions."""
    found = schema.get("discriminator")
    if not found:
        return schema
    name = found["propertyName"]
    cases = [{"if": {"properties": {name: {"const": value}}, "required": [name]},
              "then": {"$ref": target + "!"}} for value, target in found["mapping"].items()]
    return {**schema, "allOf": [*schema.get("allOf", []), *cases]}


def plain(value):
    """References from inside a type to its parent mean the parent alone."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items() if name != "discriminator"}
    return [plain(one) for one in value] if isinstance(value, list) else value


def parents(value):
    """allOf names parents: without their conditions, which would lead back here."""
    if isinstance(value, list):
        return [parents(one) for one in value]
    if not isinstance(value, dict):
        return value
    made = {name: parents(one) for name, one in value.items()}
    if "allOf" in made:
        made["allOf"] = [{"$ref": one["$ref"] + "?"} if "$ref" in one else one
                         for one in made["allOf"]]
    return made


def read(path):
    with open(path, encoding="utf-8") as file:
        schemas = yaml.safe_load(file)["components"]["schemas"]
    made = {}
    for name, schema in schemas.items():
        made[name + "?"] = parents(plain(schema))
        made[name + "!"] = parents(plain(schema))
        made[name] = plain(narrowed(parents(schema), schemas))
    return {"$ref": "#/components/schemas/CallbackRequest", "components": {"schemas": made}}


validator = jsonschema_rs.Draft202012Validator(read(sys.argv[1]))
for line in sys.stdin:
    body = json.loads(line)
    body["events"] = [event for event in body["events"] if event["type"] not in NEWER]
    problems = [f"{error.message} at {list(error.instance_path)}"
                for error in validator.iter_errors(body)]
    if problems:
        sys.exit(f"{line}\n{problems}")
