"""What somebody who means harm sends: words, names and bytes, and real payloads bent in every joint."""

import json
import random  # noqa: TID251 - with a fixed seed
from typing import Any

ALCHEMY = "{{ 613 * 737 }}"  # a template that were run would say 451781
SUM = "451781"
TEMPLATES = (
    ALCHEMY, "{%for x in ().__class__.__base__.__subclasses__()%}{{x}}{%endfor%}", "{{config}}", "${613*737}",
    "#{613*737}", "<%= 613*737 %>", "{{ ''.__class__.__mro__[1].__subclasses__() }}", "{# 注 #}",
    "{{ centre.staff }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}", "@label x", "@audience staff", "[提交: submit]", "[同意]",
    "\x01提交\x02submit", "{% include 'doctor/job.txt' %}", "{0.__class__}", "%(secret)s",
)  # fmt: skip
MARKUP = (
    '<a href="http://evil.example/x">点这里</a>', "< A\thref=//evil.example>x</ a >", "<script>alert(1)</script>",
    "[点这里](http://evil.example)", "<@all>", "@all", "<@BH001>", "@everyone", "<font color=warning>急</font>",
    "**粗**_斜_`码`", "</xml><Encrypt>", "<![CDATA[x]]>", "&lt;a&gt;", "<img src=x onerror=alert(1)>",
    "javascript:alert(1)", "http://evil.example/pay", "HTTPS://evil.example", "tg://user?id=1",
    "weixin://dl/business", "data:text/html;base64,PHNjcmlwdD4=",
)  # fmt: skip
FORMULAS = (
    "=1+1",
    '=HYPERLINK("http://evil.example","x")',
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "=cmd|' /C calc'!A0",
)
TRICKS = (
    "\u202e请假\u202c", "\u200b督\u200b查\u200b科\u200b", "\u2066投诉\u2069", "\ufeff预约", "督\u200b查科",
    "ＴＳ２６００００１",
    "TS٢٦٠٠٠٠١", "查询 TS२६०००१०", "１３８００００００００", "١٣٨٠٠٠٠٠٠٠٠", "\ud800", "\udfff半", "a\0b",
    "\x7f\x1b[31m红", "Ｚ̷̛̤͑ͅ" * 40,
    "🏳️‍🌈" * 200, "ﷺ" * 300, "ا" * 500, "\n" * 300, " " * 400, "\u3000", "。" * 50, "½", "Ⅷ", "㊙",
    "𝟙𝟛𝟠", "ﬀ",
    "明天" * 300, "9" * 4000, "十" * 200, "1e308", "NaN", "-0", "第０个", "第99999999999999999999个", "①",
)  # fmt: skip
NAMES = (
    "../../etc/passwd",
    "..\\..\\x",
    "/dev/null",
    "a\0.jpg",
    "con.jpg",
    "\u202egpj.exe",
    "x" * 5000,
    "~/x",
    "file:///etc/passwd",
)
STATEMENTS = (
    "'; DROP TABLE audit; --",
    '" OR 1=1 --',
    "%' OR '1'='1",
    "\\'; --",
    "1); DELETE FROM booking; --",
    "%s",
    ":p0",
    "?",
)
COMMANDS = (
    "投诉", "预约", "预约社保卡", "请假", "请假 明天 家里有事", "外出 明天上午 开会", "我的预约", "我的投诉",
    "进度", "人工", "帮助",
    "返回", "重来", "取消", "菜单", "提交", "改一项", "匿名", "1", "2", "3", "同意", "不同意", "查询 TS2600001",
    "看 TS2600001 99",
    "受理 TS2600001", "答复 TS2600001 {{ 613 * 737 }}", "不受理 TS2600001 =1+1", "办结 TS2600001", "联系人 TS2600001",
    "撤诉 TS2600001", "绑定 AAAAAAAA", "/start AAAAAAAA", "发编码 BH023", "解除绑定", "投诉列表", "值班记录",
    "交接班", "电话预约 x",
    "明天上午9点", "11月25日上午9点", "13800000000", "社保", "不知道", "谁在办我的事", "着火了",
    "窗口的人骂我,等了半天",
)  # fmt: skip
WORDS = (*TEMPLATES, *MARKUP, *FORMULAS, *TRICKS, *NAMES, *STATEMENTS)
ODD: tuple[Any, ...] = (
    None, True, -1, 0, 2**63, 2**200, -(2**70), 1.5, "", [], {}, [[]], {"a": {"b": [1]}}, "\ud800", "a\0b",
    "x" * 70_000,
)  # fmt: skip

PHOTO = b"\xff\xd8\xff\xe0" + b"\0" * 200
ZIP = b"PK\x03\x04" + b"\x14\0\0\0\x08\0" + b"\0" * 16 + b"\xff\xff\xff\xff" * 2 + b"../../x" * 9
MEDIA = {
    "photo": PHOTO,
    "empty": b"",
    "zip bomb": ZIP,
    "photo that is a zip": PHOTO + ZIP,
    "gif that is a script": b"GIF89a/*" + b"\0" * 9 + b"*/=1;alert(1)//",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "html": b"<!doctype html><script>alert(1)</script>",
    "pixel bomb": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\6\0\0\0" + b"\0" * 64,
    "executable": b"MZ\x90\0" + b"\0" * 64,
    "one byte": b"\xff",
    "cut photo": b"\xff\xd8",
    "program": b"\x7fELF" + b"\0" * 64,
}


class Malice:
    """A seeded source of all of it; the same seed sends the same."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.count = 0

    def words(self) -> str:
        """A command, hostile words, or both in one sentence."""
        chance, roll = self.chance, self.chance.random()
        if roll < 0.35:
            return chance.choice(COMMANDS)
        if roll < 0.7:
            return chance.choice(WORDS)
        if roll < 0.9:
            return f"{chance.choice(COMMANDS)} {chance.choice(WORDS)}"
        return "".join(chance.choice(WORDS)[:200] for _ in range(chance.randint(2, 6)))

    def bent(self, value: Any, depth: int = 0) -> Any:
        """A real payload with one joint bent: a value replaced, dropped, doubled, or buried."""
        chance = self.chance
        if isinstance(value, dict) and value and chance.random() < 0.8:
            return self._bent_dict(value, depth)
        if isinstance(value, list) and value and chance.random() < 0.8:
            at = chance.randrange(len(value))
            return [self.bent(v, depth + 1) if n == at else v for n, v in enumerate(value)] * chance.choice((1, 1, 3))
        return chance.choice((*ODD, self.words(), value, [value], {"x": value}))

    def _bent_dict(self, value: dict[str, Any], depth: int) -> dict[str, Any]:
        key, roll = self.chance.choice(sorted(value)), self.chance.random()
        rest = {k: v for k, v in value.items() if k != key}
        if roll < 0.15:
            return rest
        if roll < 0.25:
            return {
                **value,
                self.chance.choice(("from", "chat", "text", "date", "x" * 300, "")): self.chance.choice(ODD),
            }
        return {**rest, key: self.bent(value[key], depth + 1)}

    def broken(self, body: bytes) -> bytes:
        """The bytes with a few of them flipped, cut, repeated, or buried in brackets."""
        chance, roll = self.chance, self.chance.random()
        if roll < 0.4 and body:
            changed = bytearray(body)
            for _ in range(chance.randint(1, 8)):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            return bytes(changed)
        if roll < 0.6:
            return body[: chance.randint(0, len(body))]
        if roll < 0.75:
            return body * 2
        return chance.choice(
            (b"", b"\0", b"\xff\xfe", b"null", b"[" * 20_000, b'{"a":' * 3000, b"1e999", os_noise(chance))
        )

    def media(self) -> bytes:
        """A file that is not what it says, or is."""
        return self.chance.choice(sorted(MEDIA.values()))


def os_noise(chance: random.Random) -> bytes:
    return chance.randbytes(chance.randint(1, 400))


def as_json(value: Any) -> bytes:
    """JSON as an attacker's tools write it: half characters and all."""
    return json.dumps(value).encode()
