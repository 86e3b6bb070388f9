"""Includes must not climb layers, leave a library's fence, or form a circle."""
import graphlib
import re

import source_tree

CORE = {"base", "codec", "cli", "loop", "net", "store", "http", "link"}
MAY_INCLUDE = {
    "base": {"base"},
    "codec": {"codec", "base"},
    "cli": {"cli", "base", "codec"},
    "loop": {"loop", "base"},
    "net": {"net", "base", "loop"},
    "store": {"store", "base", "loop"},
    "http": {"http", "base", "loop", "net", "codec"},
    "link": {"link", "base", "loop", "net", "codec", "http"},
    "relay-server": CORE | {"relay-server"},
    "relay-client": CORE | {"relay-client"},
}

# Headers of a library -> files that may see them.
FENCES = {
    r"uv\.h|uv/.*": r"relay-core/(loop|net)/.*|relay-client/handler/exec.*",
    r"(mbedtls|psa)/.*": r"relay-core/net/tls/.*|relay-core/codec/digest.*"
                         r"|relay-core/codec/jwt/[^/]*rsa[^/]*",
    r"llhttp\.h": r"relay-core/codec/h1/.*",
    r"nghttp2/.*": r"relay-core/codec/h2/.*",
    r"utf8proc\.h": r"relay-core/codec/(fold|grapheme)\.c",
    r"cjson/.*|cJSON\.h": r"relay-core/codec/json/.*",
    r"sqlite3\.h": r"relay-core/store/.*",
    # codecs know neither sockets, nor files, nor what time it is
    r"sys/socket\.h|fcntl\.h|time\.h|sys/time\.h": r"(?!relay-core/codec/).*",
}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)', re.M)


def layer_of(path):
    return path.parts[1] if path.parts[0] == "relay-core" else path.parts[0]


def include_problem(path, quote, name):
    if quote == "<":
        for library, allowed in FENCES.items():
            if re.fullmatch(library, name) and not re.fullmatch(allowed, str(path)):
                return f"<{name}> is fenced off from here"
        return None
    target = name.split("/")[0]
    if target not in MAY_INCLUDE:
        return f'"{name}" must begin with its layer'
    if target not in MAY_INCLUDE[layer_of(path)]:
        return f'{layer_of(path)} may not include "{name}"'
    return None


def included_file(name):
    return f"relay-core/{name}" if name.split("/")[0] in CORE else name


def circle(graph):
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return ["include circle: " + " <- ".join(error.args[1])]
    return []


def check(root):
    problems, graph = [], {}
    for path in source_tree.files(root, {".c", ".h"}, source_tree.PROGRAMS):
        if layer_of(path) not in MAY_INCLUDE:
            problems.append(f"{path}: this layer is not in the table")
            continue
        text = source_tree.read(root, path)
        includes = list(INCLUDE.finditer(text))
        for match in includes:
            problem = include_problem(path, *match.groups())
            if problem:
                problems.append(f"{path}:{source_tree.line_of(text, match.start(2))}: {problem}")
        graph[str(path)] = {included_file(match[2]) for match in includes if match[1] == '"'}
    return problems + circle(graph)


if __name__ == "__main__":
    source_tree.run(check)
