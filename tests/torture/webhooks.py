"""The webhooks of a run: each follows from the run's seed and its own name, so that the checker
knows every byte without anybody having kept it."""
import random

import line

TUNNEL = "mybot"
_TARGET = "/hook/"


def is_forged(name):
    """One in a hundred is signed with the wrong secret."""
    return int(name.rsplit("-", 1)[1]) % 100 == 99


def _length(dice):
    """Mostly what LINE sends; a few are large."""
    kind = dice.random()
    if kind < 0.97:
        return dice.randrange(1200)
    return dice.randrange(40_000 if kind < 0.999 else 1_000_000)


def body(seed, name):
    dice = random.Random(f"{seed} {name}")
    text = dice.randbytes(_length(dice) // 2).hex()
    return (f'{{"destination":"{line.BOT_ID}","events":[{{"type":"message","mode":"active",'
            f'"timestamp":{1790000000000 + dice.randrange(10**9)},"source":{{"type":"user",'
            f'"userId":"{line.USER_ID}"}},"webhookEventId":"{name}","deliveryContext":'
            f'{{"isRedelivery":false}},"replyToken":"{dice.randbytes(16).hex()}","message":'
            f'{{"type":"text","id":"{dice.randrange(10**18)}","text":"{name} {text}"}}}}]}}'
            ).encode()


def target(name):
    """As the bot sees it."""
    return _TARGET + name


def name_of(target_):
    """None: no target of ours."""
    return target_[len(_TARGET):] if target_.startswith(_TARGET) else None


def request(seed, name, host):
    content = body(seed, name)
    secret = line.OTHER_SECRET if is_forged(name) else line.SECRET
    return (f"POST /{TUNNEL}{target(name)} HTTP/1.1\r\nHost: {host}\r\n"
            f"Content-Type: application/json; charset=utf-8\r\nContent-Length: {len(content)}\r\n"
            f"X-Line-Signature: {line.signature(content, secret)}\r\n\r\n").encode() + content
