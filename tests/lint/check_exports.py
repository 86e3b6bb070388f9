"""A file's name is its namespace: what it exports begins with it, and nothing is exported twice.

x_table.c may export x_ as well as x_table_.
"""
import re

import source_tree

EXCEPTIONS = {"main", "LLVMFuzzerTestOneInput"}
OBJECT = re.compile(r"(\w+)(?:\s*\[[^]]*\])*\s*$")


def exported_objects(text):
    """(name, line) of every non-static object with an initializer."""
    for head, start, _, _ in source_tree.outline(text):
        before, assigned, _ = head.partition("=")
        name = OBJECT.search(before)
        if assigned and name and not re.search(r"\b(static|typedef|_Static_assert)\b", before):
            yield name[1], source_tree.line_of(text, start + name.start(1))


def exported(text):
    found = [(function.name, function.line) for function in source_tree.functions(text)
             if function.defined and not function.static]
    return [*found, *exported_objects(text)]


def is_of(name, namespace):
    return name == namespace or name.startswith(namespace + "_")


def check(root):
    problems, homes = [], {}
    for path in source_tree.files(root, {".c"}, source_tree.PROGRAMS):
        for name, line in exported(source_tree.read(root, path)):
            if name in EXCEPTIONS:
                continue
            namespace = path.stem.removesuffix("_table")
            if not is_of(name, namespace):
                problems.append(f"{path}:{line}: {name} must be static or begin with {namespace}_")
            if name in homes:
                problems.append(f"{path}:{line}: {name} is already exported by {homes[name]}")
            homes[name] = path
    return problems


if __name__ == "__main__":
    source_tree.run(check)
