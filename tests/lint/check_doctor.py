"""Every code of the doctor has its words: in the terminal, in the page's languages, in the docs."""
import re

import source_tree

FOLDER = "relay-client/doctor"
TABLE = f"{FOLDER}/doctor_text_table.c"
GUIDE = "docs/doctor.md"
PAGES = "inspector-ui/src/texts"
REASONS = "relay-client/line/line_reason_table.c"

_END = re.compile(r"doctor_end\([^;]*?;", re.S)
_CODE = re.compile(r'"([a-z0-9_]+)"')
_VERDICT = re.compile(r'\{TLS_CHAIN_\w+, "(\w+)", "(\w+)", \w+\}')
_ADVICE = re.compile(r"doctor_check_advice\([^;]*?;", re.S)
_RETURN = re.compile(r"return [^;]*;", re.S)
_FAULT = re.compile(r'return "(secret_\w+)"|: "(secret_\w+)"| \? "(secret_\w+)"')
_REASON = re.compile(r'"(line_\w+)".*?"(\w*)"\}', re.S)
_ROW = re.compile(r'\{"(\w+)",')


def table(text, name):
    start = text.find(name + "[] = {")
    return set(_ROW.findall(text[start:text.find("{0}", start)])) if start >= 0 else set()


def used(root):
    """The codes of findings, and those of advice, that the checks use."""
    findings, advice = set(), set()
    for path in source_tree.files(root, {".c"}, (FOLDER,)):
        if str(path) == TABLE:
            continue
        text = source_tree.read(root, path)
        for call in _END.findall(text):
            findings.update(_CODE.findall(call))
        for code, how in _VERDICT.findall(text):
            findings.add(code)
            advice.add(how)
        for call in _ADVICE.findall(text):
            advice.update(_CODE.findall(call))
        for line in _RETURN.findall(text):
            advice.update(code for code in _CODE.findall(line) if code.startswith("bot_"))
        for found in _FAULT.findall(text):
            findings.update(filter(None, found))
    for code, how in _REASON.findall(source_tree.read(root, REASONS)):
        findings.add(code)
        advice.update(filter(None, [how]))
    # these two become commands (checks/doctor_chain.c)
    return findings, advice - {"chain_fullchain", "chain_renew"}


def missing(where, codes, known):
    return [f"{where}: no words for {code}" for code in sorted(codes - known)]


def check(root):
    if not source_tree.files(root, {".c"}, (FOLDER,)):
        return []
    findings, advice = used(root)
    text = source_tree.read(root, TABLE)
    problems = missing(TABLE, findings, table(text, "doctor_text_findings"))
    problems += missing(TABLE, advice, table(text, "doctor_text_fixes"))
    problems += [f"{TABLE}: {code} is never found"
                 for code in sorted(table(text, "doctor_text_findings") - findings)]
    problems += [f"{TABLE}: {code} is never advised"
                 for code in sorted(table(text, "doctor_text_fixes") - advice)]
    guide = set(re.findall(r"`(\w+)`", source_tree.read(root, GUIDE)))
    problems += missing(GUIDE, findings, guide)
    for path in source_tree.files(root, {".ts"}, (PAGES,)):
        if path.name == "doctor.ts":
            words = source_tree.read(root, path)
            said = set(re.findall(r"'doctor\.said\.(\w+)'", words))
            problems += missing(path, findings, said)
            problems += missing(path, advice, set(re.findall(r"'doctor\.fix\.(\w+)'", words)))
    return problems


if __name__ == "__main__":
    source_tree.run(check)
