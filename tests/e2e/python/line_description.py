"""LINE's OpenAPI description, made fit to test by.

    line_description.py adapt FACTS OUT      writes OUT/messaging-api.json and its neighbour
    line_description.py judge FACTS ANSWERS  prints what is wrong with answers, a line each

FACTS is JSON: the `folder` of the description, the `operations` to keep, `statuses` that the
reference documents and the description leaves out, `values` that parameters may have, and
schemas of `members`.  In the description, messages and what else there are several types of
are told apart by a "discriminator", which says nothing to a validator; here they become
alternatives.  In NAME.plain.json they stay as they are: so there are not too many cases to cover.
"""
import base64
import json
import os
import sys

import jsonschema_rs
import yaml

FILES = ("messaging-api.yml", "channel-access-token.yml")
METHODS = ("get", "post", "put", "delete")
SCHEMAS = "#/components/schemas/"
ERROR = {"type": "object", "required": ["message"], "properties": {
    "message": {"type": "string"}, "details": {"type": "array", "items": {
        "type": "object", "properties": {"message": {"type": "string"},
                                         "property": {"type": "string"}}}}}}
OAUTH_ERROR = {"type": "object", "required": ["error"], "properties": {
    "error": {"type": "string"}, "error_description": {"type": "string"}}}


# --- types that are told apart by a member ---

def alternatives(schema):
    """Of each type its schema, in which "type" can be nothing else."""
    member = schema["discriminator"]["propertyName"]
    return {"oneOf": [
        {"allOf": [{"$ref": ref}, {"type": "object", "required": [member],
                                   "properties": {member: {"enum": [name]}}}]}
        for name, ref in schema["discriminator"]["mapping"].items()]}


def use_alternatives(node, bases):
    """A schema that is built upon another one goes on referring to that itself."""
    if isinstance(node, list):
        for item in node:
            use_alternatives(item, bases)
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        if key == "allOf":
            for part in value:
                use_alternatives({} if "$ref" in part else part, bases)
        elif key == "$ref" and value in bases:
            node[key] = value + ".any"
        elif key != "discriminator":
            use_alternatives(value, bases)


def tell_types_apart(description):
    schemas = description["components"]["schemas"]
    bases = {SCHEMAS + name: schema for name, schema in schemas.items()
             if "mapping" in schema.get("discriminator", {})}
    use_alternatives(description, bases)
    for ref, schema in bases.items():
        schemas[ref.removeprefix(SCHEMAS) + ".any"] = alternatives(schema)


# --- operations ---

def each_operation(description):
    for path, item in description["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def add_statuses(operation, facts):
    name = operation["operationId"]
    for status in facts["statuses"]["*"] + facts["statuses"].get(name, []):
        schema = {"anyOf": [ERROR, OAUTH_ERROR]} if status >= 400 else None
        content = {"application/json": {"schema": schema}} if schema else {}
        operation["responses"].setdefault(str(status), {"description": "", "content": content})


def add_values(parameters, facts):
    for parameter in parameters:
        known = facts["values"].get(parameter.get("name"))
        if known:
            parameter["schema"] = {"anyOf": [{"enum": known}, parameter["schema"]]}


def add_members(schema, members):
    """... wherever it has them."""
    for part in (schema, *schema.get("allOf", [])):
        known = part.get("properties", {})
        known.update({name: value for name, value in members.items() if name in known})


def load(facts, name):
    with open(os.path.join(facts["folder"], name), encoding="utf-8") as file:
        description = yaml.safe_load(file)
    for path, method, operation in list(each_operation(description)):
        if operation["operationId"] not in facts["operations"]:
            del description["paths"][path][method]
        operation.pop("servers", None)
        add_statuses(operation, facts)
        add_values(operation.get("parameters", []), facts)
    for path, item in list(description["paths"].items()):
        add_values(item.get("parameters", []), facts)
        if not any(method in item for method in METHODS):
            del description["paths"][path]
    for name, members in facts["members"].items():
        add_members(description["components"]["schemas"].get(name, {}), members)
    return description


def write(description, path):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(description, file, default=str)  # YAML has dates


def adapt(facts, out):
    for name in FILES:
        description = load(facts, name)
        write(description, os.path.join(out, name.replace(".yml", ".plain.json")))
        tell_types_apart(description)
        write(description, os.path.join(out, name.replace(".yml", ".json")))


# --- answers ---

def problems_of(answer, operation, components):
    """Also members that the description does not know."""
    response = operation["responses"].get(str(answer["status"]))
    if not response:
        return [f"status {answer['status']} is not documented"]
    kind, content = answer["type"], response.get("content") or {}
    if not content:
        return [] if kind in (None, "application/json") else [f"{kind} is not documented"]
    if "*/*" in content:
        return [] if kind else ["there is no content type"]
    if kind not in content:
        return [f"{kind} is not documented"]
    schema = {"allOf": [content[kind]["schema"]], "unevaluatedProperties": False,
              "components": components}
    validator = jsonschema_rs.Draft202012Validator(schema)
    body = json.loads(base64.b64decode(answer["body"]))
    return [f"{'/'.join(map(str, error.instance_path))}: {error.message}"
            for error in validator.iter_errors(body)]


def judge(facts, answers):
    described = {}
    for name in FILES:
        description = load(facts, name)
        tell_types_apart(description)
        for _, _, operation in each_operation(description):
            described[operation["operationId"]] = (operation, description["components"])
    for answer in answers:
        for problem in problems_of(answer, *described[answer["operation"]]):
            print(f"{answer['operation']} {answer['status']}: {problem}")


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


if sys.argv[1] == "adapt":
    adapt(read(sys.argv[2]), sys.argv[3])
else:
    judge(read(sys.argv[2]), read(sys.argv[3]))
