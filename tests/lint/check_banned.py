"""Calls that hide mistakes, and words that must not reach a reader."""
import re

import source_tree

CALLS = {
    "strcpy strcat strncpy sprintf vsprintf gets": "has no honest bound",
    "strtok setjmp longjmp alloca": "keeps hidden state or breaks the stack",
    "atoi atol atoll atof": "cannot report an error",
    "system popen": "runs a shell",
    "rand srand random srandom drand48": "is not random: base/random.h",
    "signal": "is not portable: loop/signals.h",
    "localtime gmtime asctime ctime": "shares one buffer: the _r variant",
    "sleep usleep nanosleep uv_sleep thrd_sleep": "blocks: wait for an event",
}
ALLOCATION = "malloc calloc realloc reallocarray free strdup strndup aligned_alloc"

# Written in two halves, so that this file does not name them either.
REGISTRIES = {"npmjs": "org com", "pypi": "org", "pythonhosted": "org", "crates": "io",
              "rubygems": "org", "deb.debian": "org", "security.debian": "org",
              "archive.ubuntu": "com", "maven": "org", "proxy.golang": "org", "yarnpkg": "com"}


def words(names):
    return names.replace(" ", "|")


CALL_PATTERNS = [(re.compile(rf"(?<![\w.>])({words(names)})\s*\("), why)
                 for names, why in CALLS.items()]
# called, or handed to somebody who calls it
ALLOCATION_PATTERNS = [(re.compile(pattern), "allocates past base/mem.h") for pattern in (
    rf"(?<![\w.>*])({words(ALLOCATION)})\s*\(",
    rf"[=,({{&?:]\s*({words(ALLOCATION)})\s*[,;)}}:]")]
TEST_PATTERN = re.compile(r"\b(sleep(?=\s*\()|waitForTimeout|sleep [0-9.]+\b)")
WORD_PATTERNS = [
    (re.compile(r"\b(TODO|FIXME|XXX)\b"), "do it, or leave it out"),
    (re.compile(r"(?<![\w.~$}])(/root/|/home/|/Users/)"), "a path of somebody's machine"),
    (re.compile(r"\b(" + "|".join(rf"{re.escape(name)}\.(?:{words(ends)})"
                                  for name, ends in REGISTRIES.items()) + r")\b"),
     "a package registry's name"),
]


def hits(text, patterns):
    for pattern, why in patterns:
        for match in pattern.finditer(text):
            yield source_tree.line_of(text, match.start(1)), f"{match[1]}: {why}"


def patterns_for(path):
    if path.suffix not in (".c", ".h"):
        return [(TEST_PATTERN, "wait for an event")] if path.parts[0] == "tests" else []
    if path.parts[0] in source_tree.PROGRAMS and str(path) != "relay-core/base/mem.c":
        return CALL_PATTERNS + ALLOCATION_PATTERNS
    return CALL_PATTERNS


def check(root):
    problems = []
    for path in source_tree.files(root):
        if path.parts[:2] == ("tests", "lint"):
            continue
        text = source_tree.read(root, path)
        code = source_tree.code_only(text) if path.suffix in (".c", ".h") else text
        leak = [(re.compile(rf"({re.escape(str(root.resolve()))})\b"), "a path of this machine")]
        for line, problem in [*hits(code, patterns_for(path)), *hits(text, WORD_PATTERNS + leak)]:
            problems.append(f"{path}:{line}: {problem}")
    return problems


if __name__ == "__main__":
    source_tree.run(check)
