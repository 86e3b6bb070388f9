"""The official Python SDK by remote control: one call a line comes in, what became of it goes out.

    {"method": "get_profile", "arguments": {"user_id": "U..."}}
    {"status": 200, "type": "UserProfileResponse", "value": {...}, "fields": {...}, "raw": "..."}

Methods and arguments have the SDK's names; an object is made into the SDK's model by the model
itself, {"base64": ...} into bytes; `raw` is Base64 too.
"""
import base64
import datetime
import inspect
import json
import os
import signal
import sys
import typing

import linebot.v3.audience
import linebot.v3.insight
import linebot.v3.liff
import linebot.v3.messaging
import linebot.v3.module
import linebot.v3.moduleattach
import linebot.v3.oauth
import linebot.v3.shop

PACKAGES = (linebot.v3.messaging, linebot.v3.oauth, linebot.v3.audience, linebot.v3.insight,
            linebot.v3.liff, linebot.v3.module, linebot.v3.moduleattach, linebot.v3.shop)
APIS = ("MessagingApi", "MessagingApiBlob", "ChannelAccessToken", "ManageAudience",
        "ManageAudienceBlob", "Insight", "Liff", "LineModule", "LineModuleAttach", "Shop")
FULL = "_with_http_info"


def apis():
    for package in PACKAGES:
        configuration = package.Configuration(
            host=os.environ["LINE_API"], access_token=os.environ["CHANNEL_ACCESS_TOKEN"])
        for name in APIS:
            if hasattr(package, name):
                yield getattr(package, name)(package.ApiClient(configuration))


def models(annotation):
    """Those in Optional[Annotated[X, ...]], and X itself."""
    if hasattr(annotation, "from_dict"):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from models(inner)


def argument(method, name, value):
    if isinstance(value, dict) and list(value) == ["base64"]:
        return base64.b64decode(value["base64"])
    if not isinstance(value, dict) or name.startswith("_"):
        return value
    annotation = inspect.signature(method).parameters[name].annotation
    return next(models(annotation)).from_dict(value)


def plain(value):
    """What JSON has, of what the SDK made."""
    if hasattr(value, "to_dict"):
        return plain(value.to_dict())
    if isinstance(value, (bytes, bytearray)):
        return {"base64": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: plain(member) for key, member in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def told(status, fields, raw, **members):
    raw = raw.encode() if isinstance(raw, str) else raw
    return {"status": status, "fields": {name.lower(): value for name, value in fields.items()},
            "raw": base64.b64encode(raw or b"").decode(), **members}


def call(method, arguments):
    arguments = {name: argument(method, name, value) for name, value in arguments.items()}
    try:
        done = method(**arguments)
    except Exception as error:  # each package has an ApiException of its own
        if not hasattr(error, "status"):
            return {"failed": f"{type(error).__name__}: {error}"}
        return told(error.status, error.headers or {}, error.body, type="refused", value=None)
    return told(done.status_code, done.headers, done.raw_data, type=type(done.data).__name__,
                value=plain(done.data))


def report(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


methods = {name.removesuffix(FULL): getattr(api, name) for api in apis() for name in dir(api)
           if name.endswith(FULL)}
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
report({"ready": sorted(methods)})
for line in sys.stdin:
    wanted = json.loads(line)
    found = methods.get(wanted["method"])
    report(call(found, wanted["arguments"]) if found else {"failed": "the SDK has no such call"})
