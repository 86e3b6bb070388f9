"""Reads bodies of webhooks, one a line, into the models of LINE's own SDK, which are generated from
LINE's description of them; and prints, for each, the class of every event and of its message.

A member that the model does not know, or one that is missing or of another type, is an error.
"""
import json
import sys

from linebot.v3.webhooks import CallbackRequest
from linebot.v3.webhooks.models.event import Event


def lost(given, kept, path=""):
    """What the models have not kept of it."""
    if isinstance(given, dict):
        for name, value in given.items():
            if not isinstance(kept, dict) or name not in kept:
                yield f"{path}.{name}"
            else:
                yield from lost(value, kept[name], f"{path}.{name}")
    elif isinstance(given, list):
        for index, (one, other) in enumerate(zip(given, kept, strict=True)):
            yield from lost(one, other, f"{path}[{index}]")
    elif given != kept:
        yield f"{path}: {given!r} became {kept!r}"


def check(body):
    model = CallbackRequest.from_json(body)
    given = json.loads(body)
    kept = json.loads(model.to_json())
    problems = list(lost(given, kept))
    if problems:
        raise ValueError(problems)
    assert all(type(event) is not Event for event in model.events), "an unknown event"
    return [type(event).__name__ + (":" + type(event.message).__name__
                                    if hasattr(event, "message") else "")
            for event in model.events]


for line in sys.stdin:
    print(json.dumps(check(line)))
