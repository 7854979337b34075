"""What was typed, made plain: widths, traditional forms, spaces inside a time word, homophones of time words."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from bot.understanding.wording import pinyin

LONGEST = 400
_TRADITIONAL = str.maketrans(
    "後點號週時兩禮個鐘這過為從開當節國慶農曆陰臘閏請間來幾還歲頭點們門兒",
    "后点号周时两礼个钟这过为从开当节国庆农历阴腊闰请间来几还岁头点们门儿",
)
_WORDS = ("明天", "后天", "今天", "昨天", "上午", "下午", "中午", "早上", "晚上", "星期", "礼拜", "小时")
_HALVES = frozenset("".join(_WORDS))
# Words of their own that sound like a time word, alone or with what stands around them.
_OWN = re.compile(
    r"[最附接]近天|报名天|[工合]作天|[性生]命天|[上下]舞[台蹈]|[上下](?:[屋雾]|五[楼层个年点天月号次级险门])|中五|[制改]造上|[灶澡碗]上|晌午|小(?:事|市|石|食|史|十)"
)
_NUMERAL = "0-9一二两三四五六七八九十"
_WEEKDAYS = {
    "依衣医伊壹": "一",
    "而耳贰尔": "二",
    "叁伞": "三",
    "寺似肆": "四",
    "舞午武伍": "五",
    "陆刘柳": "六",
    "曰": "日",
}
_HEARD = {sounded: plain for row, plain in _WEEKDAYS.items() for sounded in row}
_BEHIND = "(?=[早晚,。请去来到至前的]|上午|下午|中午|$)"
_MENDS = (
    (re.compile(f"(?<=[{_NUMERAL}])[典店垫奌踮](?!铺|长)"), "点"),
    (re.compile("(?<=点)[伴拌版扮绊]"), "半"),
    (re.compile("(?<=月)[低抵]"), "底"),
    (re.compile(rf"(?<=[{_NUMERAL}])[好浩耗]{_BEHIND}"), "号"),
)
_WEEKDAY = re.compile(
    rf"(?<=星期|礼拜|下周|这周|本周)[{''.join(_WEEKDAYS)}](?![里])|(?<=周)[舞午武伍叁肆陆曰](?=[早晚{_NUMERAL},]|上午|下午|中午|$)"
)
_SPACE = re.compile(r"(?<=[0-9年月])\s+(?=[年月日号点时分天周个小半0-9])|(?<=[点时])\s+(?=[0-9]{1,2}分|半)")


@dataclass(frozen=True, slots=True)
class Typed:
    """The plain text, and where each of its characters stood in what was typed."""

    text: str
    places: tuple[int, ...]

    def original(self, first: int, last: int) -> tuple[int, int]:
        """The stretch of what was typed behind a stretch of the plain text."""
        return self.places[first], self.places[last - 1] + 1


def typed(text: str) -> Typed:
    """Never fails; a text longer than LONGEST characters is read up to there."""
    plain = "".join(_plain(char) for char in text[:LONGEST]).translate(_TRADITIONAL)
    dropped = {n for space in _SPACE.finditer(plain) if _joins(plain, space) for n in range(*space.span())}
    places = tuple(n for n in range(len(plain)) if n not in dropped)
    return Typed(_mended("".join(plain[n] for n in places)), places)


def _plain(char: str) -> str:
    plain = unicodedata.normalize("NFKC", char).lower()
    return plain if len(plain) == 1 else char


def _joins(text: str, space: re.Match[str]) -> bool:
    """Two numbers stay apart: 9.24 10点."""
    return not (text[space.start() - 1].isdecimal() and text[space.end()].isdecimal())


def _mended(text: str) -> str:
    """Homophones of time words put right, one character for one."""
    own = {n for word in _OWN.finditer(text) for n in range(*word.span())}
    for n in range(len(text) - 1):
        word = None if {n, n + 1} <= own else _heard(text[n : n + 2])
        if word and (word != "小时" or text[n - 1 : n] in "个半" or text[n - 1 : n] in _NUMERAL):
            text = text[:n] + word + text[n + 2 :]
    for mend, plain in _MENDS:
        text = mend.sub(plain, text)
    return _WEEKDAY.sub(lambda m: _HEARD[m[0]], text)


@cache
def _bypinyin() -> dict[tuple[str, str], str]:
    """Half a word as written and the other half as heard."""
    found = {}
    for word in _WORDS:
        found[word[0], pinyin(word[1])] = word
        found[pinyin(word[0]), word[1]] = word
    return found


def _heard(pair: str) -> str | None:
    """The time word a pair of characters stands for, when it is written half right and sounds right."""
    if (
        pair in _WORDS
        or not (pair[0] in _HALVES or pair[1] in _HALVES)
        or not all("一" <= char <= "鿿" for char in pair)
    ):
        return None
    return _bypinyin().get((pair[0], pinyin(pair[1]))) or _bypinyin().get((pinyin(pair[0]), pair[1]))
