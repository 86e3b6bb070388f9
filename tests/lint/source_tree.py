"""What the checks share: finding files, and just enough understanding of C."""
import collections
import os
import pathlib
import re
import sys

PROGRAMS = ("relay-core", "relay-server", "relay-client")
SKIPPED = {".git", ".deps", "build", "node_modules", "dist", "__pycache__", "corpus", "fixtures"}
TEXT = {".c", ".h", ".py", ".sh", ".md", ".txt", ".cmake", ".json", ".yaml", ".yml", ".ts", ".js",
        ".mjs", ".svelte", ".css", ".html", ".toml", ""}

Function = collections.namedtuple("Function", "name line lines parameters static defined")

_TOKENS = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
_DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", re.M)
_TAG = re.compile(r"\b(struct|union|enum)(\s+\w+)?\s*\Z")
_CALL_LIKE = re.compile(r"\b([a-z_]\w*)\s*\(")


def files(root, suffixes=TEXT, folders=None):
    """All files under root (or only under the named folders), sorted, as paths relative to it."""
    found = []
    for folder in folders or ("",):
        for path, names, leaves in os.walk(pathlib.Path(root, folder)):
            names[:] = sorted(set(names) - SKIPPED)
            found += [pathlib.Path(path, leaf).relative_to(root) for leaf in leaves
                      if pathlib.Path(leaf).suffix in suffixes]
    return sorted(found)


def read(root, path):
    return pathlib.Path(root, path).read_text(encoding="utf-8", errors="replace")


def _blank(match):
    """The same number of lines and columns, but nothing to read; strings keep their quotes."""
    blank = re.sub(r"[^\n]", " ", match[0])
    return f'"{blank[1:-1]}"' if match[0][0] == '"' else blank


def code_only(text):
    """C without comments and without what is inside string and character literals."""
    return _TOKENS.sub(_blank, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def _close(text, start, pair):
    """The offset behind the bracket that closes the one at start."""
    depth = 0
    for offset in range(start, len(text)):
        depth += (text[offset] == pair[0]) - (text[offset] == pair[1])
        if depth == 0:
            return offset + 1
    return len(text)


def outline(text):
    """Yields (head, offset, end, ending) of everything at file level; ending is one of "{;".

    The members of a struct, union or enum are blanked out: what follows them belongs to the head.
    """
    text = _DIRECTIVE.sub(_blank, code_only(text))
    start = offset = 0
    while offset < len(text):
        if text[offset] == "(":
            offset = _close(text, offset, "()")
        elif text[offset] == "{" and _TAG.search(text, start, offset):
            end = _close(text, offset, "{}")
            text = text[:offset] + re.sub(r"[^\n]", " ", text[offset:end]) + text[end:]
        elif text[offset] == "{":
            end = _close(text, offset, "{}")
            yield text[start:offset], start, end, "{"
            start = offset = end
        elif text[offset] == ";":
            yield text[start:offset], start, offset, ";"
            start = offset = offset + 1
        else:
            offset += 1


def _parameters(inside):
    depth, count = 0, 1
    for character in inside:
        depth += (character in "([") - (character in ")]")
        count += character == "," and depth == 0
    return 0 if inside.strip() in ("", "void") else count


def functions(text):
    """The functions that a C file defines or declares."""
    for head, start, end, ending in outline(text):
        called = _CALL_LIKE.search(head.replace("__attribute__", " " * 13))
        if not called or "=" in head or re.match(r"\s*typedef\b", head):
            continue
        open_at = called.end() - 1
        inside = head[open_at + 1:_close(head, open_at, "()") - 1]
        first = line_of(text, start + called.start())
        yield Function(called[1], first, line_of(text, end) - first + 1, _parameters(inside),
                       bool(re.search(r"\bstatic\b", head)), ending == "{")


def run(check):
    """The main program of a check: prints its problems and fails if there are any."""
    default = pathlib.Path(__file__).resolve().parents[2]
    problems = check(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default)
    print("\n".join(problems) or "nothing to complain about")
    sys.exit(1 if problems else 0)
