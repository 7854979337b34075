"""Numbers as people write them: 12, 十二, 两, 二十三, 一百零五, 半; and those that name none, such as 两三."""

NUMBER = r"(?:[0-9]+|[零〇一二两俩三仨四五六七八九十廿百]+)"
# 两三, 十五六, 二十七八, 十几, 好几, 十来, 个把: how many is left open.
_PAIRS = "一两|一二|二三|两三|三四|三五|四五|五六|六七|七八|八九"
ABOUT = (
    rf"(?:[一二三四五六七八九]?十?(?:{_PAIRS})十?|[一二三四五六七八九]?十?好?几十?|数十?|若干|多少|个把"
    r"|(?:[0-9]+|[一二三四五六七八九]?十|百)[来余多])"
)
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "仨": 3}
_UNITS = {"十": 10, "百": 100}


def number(text: str) -> int:
    """The value of a NUMBER; digits one after another (二〇二六) are read as written. Never fails on NUMBER."""
    if text.isdecimal():
        return int(text[:6])
    if not any(unit in text for unit in "十廿百"):
        return int("".join(str(_DIGITS[c]) for c in text)[:6])
    total, last = 0, 0
    for char in text:
        if char == "廿":
            total, last = total + 20, 0
        elif char in _UNITS:
            total, last = total + (last or 1) * _UNITS[char], 0
        else:
            last = _DIGITS[char]
    return total + last
