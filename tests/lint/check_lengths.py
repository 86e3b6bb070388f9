"""Files, functions, parameter lists and lines must stay short enough to be read."""
import source_tree

FILE_LINES = {".c": 400, ".h": 150}
FUNCTION_LINES = 60
PARAMETERS = 6  # the openers: loop, subject, options, events, owner, out; all others aim at 5
COLUMNS = 96
# A library dictates the parameters of these callbacks.
DICTATED = {("relay-core/codec/h2/h2_codec_send.c", "on_read")}


def file_problems(path, text):
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        width = len(line.expandtabs(8))
        if width > COLUMNS:
            yield f"{path}:{number}: {width} columns, at most {COLUMNS}"
    limit = FILE_LINES[path.suffix]
    if len(lines) > limit and not path.name.endswith("_table.c"):
        yield f"{path}:1: {len(lines)} lines, at most {limit}"


def function_problems(path, text):
    for function in source_tree.functions(text):
        place = f"{path}:{function.line}: {function.name}()"
        dictated = (str(path), function.name) in DICTATED
        if function.parameters > PARAMETERS and not dictated:
            yield f"{place} has {function.parameters} parameters, at most {PARAMETERS}"
        if function.defined and function.lines > FUNCTION_LINES:
            yield f"{place} has {function.lines} lines, at most {FUNCTION_LINES}"


def check(root):
    problems = []
    for path in source_tree.files(root, {".c", ".h"}):
        text = source_tree.read(root, path)
        problems += [*file_problems(path, text), *function_problems(path, text)]
    return problems


if __name__ == "__main__":
    source_tree.run(check)
