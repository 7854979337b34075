"""Citizens made up from a seed: what they want, how they talk, where they slip; they answer what they are shown."""

import random  # noqa: TID251 - with a fixed seed
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from rules.calendar import at
from storage.catalogue import Item, Window

TODAY = date(2026, 11, 23)  # a Monday
DAYS = (24, 25, 26, 27, 30, 31, 32, 33, 34)  # of November and on, all working days within reach
NEAR = {1: ("明天", "明儿", "明日"), 2: ("后天", "后儿"), 3: ("大后天",)}
DIGITS = "零一二三四五六七八九十"
SOUNDS = dict(zip("护照身证驾保退房户口午天点星", "互罩生正架宝腿方互扣舞填典兴", strict=True))
KIN = {"帮我爸": "父亲", "给我妈": "母亲", "替我父亲": "父亲", "帮我老公": "丈夫", "给我奶奶": "奶奶"}
USELESS = ("你好", "在吗", "您好", "有人吗", "喂", "你好,在不在", "?", "嗯", "我想办事", "问个事", "主菜单", "帮助")
THANKS, ASIDES = ("谢谢", "好的谢谢"), ("要带什么材料", "多少钱", "要复印件吗", "在哪办", "几天能办好")
ANYTHING = ("帮助", "菜单", "再说一遍")


def said_number(n: int) -> str:
    ten, one = divmod(n, 10)
    return ("" if ten == 0 else "十" if ten == 1 else f"{DIGITS[ten]}十") + (DIGITS[one] if one or not ten else "")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted in the end."""

    item: Item
    window: Window
    start: datetime
    exact: bool  # that very place, or any of its half-day
    phone: str
    whom: str = ""

    @property
    def half(self) -> str:
        return "上午" if self.start.hour < 12 else "下午"


@dataclass
class Citizen:
    """One person: the next thing said follows from the last bubble alone."""

    seed: int
    wish: Wish
    opening: str  # sentence | piece | plain | nothing
    style: str  # taps | numbers | labels | words | ahead
    slips: list[str] = field(default_factory=list)
    amid: list[str] = field(default_factory=list)
    own: int = 0  # messages his own slips and interruptions cost
    wrong: list[str] = field(default_factory=list)
    twice: bool = False  # every message is delivered twice

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.useful = self.opening != "nothing"
        self.named = self.matter()
        self.asked: dict[str, int] = {}

    # -- wordings --------------------------------------------------------------------------------------------------
    def one(self, *among: str) -> str:
        return self.chance.choice(among)

    def matter(self) -> str:
        item = self.wish.item
        return self.chance.choice([item.name, *item.aliases, *item.aliases])

    def day(self, day: date) -> str:
        ahead, weekday = (day - TODAY).days, "一二三四五六日"[day.weekday()]
        week = ("", "这", "本") if day.isocalendar()[1] == TODAY.isocalendar()[1] else ("下",)
        dated = (f"{day.month}月{day.day}日", f"{day.month}月{day.day}号", f"{day.month}.{day.day}")
        spoken = f"{said_number(day.month)}月{said_number(day.day)}号"
        names = [f"{w}{name}{weekday}" for w in week for name in ("周", "星期", "礼拜")]
        return self.one(*NEAR.get(ahead, ()), *NEAR.get(ahead, ()), *names, *dated, spoken)

    def hour(self) -> str:
        start, wish = self.wish.start, self.wish
        h = start.hour if start.hour <= 12 else start.hour - 12
        minute = {0: ("点", "点整"), 30: ("点半", "点30")}.get(start.minute, (f"点{start.minute}",))
        said = [f"{wish.half}{n}{m}" for n in (str(h), said_number(h)) for m in minute]
        return self.one(*said, *said, f"{start.hour}:{start.minute:02d}")

    def time(self, day: date | None = None) -> str:
        half = {"上午": ("上午", "上午", "早上"), "下午": ("下午", "下午", "下半天")}[self.wish.half]
        when = self.hour() if self.wish.exact else self.one(*half)
        said = self.day(day or self.wish.start.date())
        gap = " " if said[-1].isdecimal() and when[0].isdecimal() else self.one("", "", " ")
        return f"{said}{gap}{when}"

    def number(self, phone: str = "") -> str:
        n = phone or self.wish.phone
        if not self.takes("phone form"):
            return n
        wide = "".join(chr(ord(c) + 0xFEE0) for c in n)
        spaced = f"{n[:3]} {n[3:7]} {n[7:]}"
        return self.one(spaced, wide, spaced.replace(" ", "-"), f"我电话是{n}", f"+86 {n}", f"{n},谢谢")

    def takes(self, slip: str) -> bool:
        """Whether this slip is made now, once."""
        if slip in self.slips:
            self.slips.remove(slip)
            return True
        return False

    def typed_wrong(self, text: str) -> str:
        """One character that sounds the same, or one left out."""
        spots = [n for n, c in enumerate(text) if c in SOUNDS]
        if spots:
            n = self.chance.choice(spots)
            return text[:n] + SOUNDS[text[n]] + text[n + 1 :]
        n = self.chance.randrange(1, len(text) - 1) if len(text) > 4 else -1
        return text if n < 0 else text[:n] + text[n + 1 :]

    # -- the first words -------------------------------------------------------------------------------------------
    def first(self) -> str:
        whom = next((said for said, called in KIN.items() if called == self.wish.whom), "")
        named, when = self.named, self.time()
        if self.takes("matter typo"):
            named = self.typed_wrong(named)
        if self.takes("time typo"):
            when = self.typed_wrong(when)
        if self.opening == "nothing":
            return self.one(*USELESS)
        if self.opening == "piece" and not whom:
            return self.one("预约", "我要预约", "约个号")
        if self.opening == "plain" and not whom:
            return self.one(f"{named}", f"我想办{named}" if not named.startswith("办") else f"我想{named}")
        if self.opening != "sentence":
            return f"{whom}预约{named}"
        said = self.one(f"{whom}预约{named} {when}", f"我想{whom}预约{named},{when}", f"{when}{whom}预约{named}",
                        f"{named},想{whom}约{when}", f"我要{whom}约个号,{named},{when}")  # fmt: skip
        return said + (f",电话{self.wish.phone}" if self.style == "ahead" else "")

    # -- answering -------------------------------------------------------------------------------------------------
    def answer(self, text: str, choices: tuple[str, ...]) -> dict[str, Any]:
        """The next message; {} when there is nothing more to say."""
        step = next((name for mark, name in QUESTIONS if mark in text), "")
        if step in ("when", "slot", "phone", "check") and self.amid:
            self.own += 1
            said = self.amid.pop()
            return {"file": said} if said.endswith(".png") else {"text": said}
        self.asked[step] = self.asked.get(step, 0) + 1
        found: Callable[[Citizen, str, tuple[str, ...]], dict[str, Any]] = ANSWERS[step]
        return found(self, text, choices)

    def press(self, label: str, choices: tuple[str, ...]) -> dict[str, Any]:
        """A choice, in this person's way."""
        n = choices.index(label) + 1
        if self.style == "numbers":
            return {"text": self.one(str(n), f"第{DIGITS[n]}个", chr(0xFF10 + n), DIGITS[n])}
        return {"tap": label} if self.style == "taps" else {"text": label}

    def when(self, text: str, choices: tuple[str, ...]) -> dict[str, Any]:
        if self.takes("wrong day"):
            self.slips.append("correct day")
            other = self.wish.start.date() + timedelta(1 if self.wish.start.weekday() < 4 else -1)
            return {"text": self.time(other)}
        label = f"周{'一二三四五六日'[self.wish.start.weekday()]}{self.wish.start.day}日{self.wish.half}"
        if label in choices and self.style != "ahead":
            return self.press(label, choices)
        when = self.time()
        if self.takes("time typo"):
            when = self.typed_wrong(when)
        return {"text": when + (f",电话{self.number()}" if self.style == "ahead" else "")}

    def slot(self, text: str, choices: tuple[str, ...]) -> dict[str, Any]:
        if self.takes("correct day"):
            return self.corrects_day()
        places = [c for c in choices if c != "更多"]
        exact = f"{self.wish.half}{(self.wish.start.hour - 1) % 12 + 1}:{self.wish.start.minute:02d}"
        if self.wish.exact:
            return self.press(exact, choices) if exact in choices else {"text": self.hour()}
        return self.press(self.chance.choice(places), choices)

    def corrects_day(self) -> dict[str, Any]:
        self.own += 1
        return {"text": self.one("不对,{}", "说错了,是{}", "{}", "改成{}", "哦不,{}").format(self.time())}

    def phone(self, text: str, choices: tuple[str, ...]) -> dict[str, Any]:
        if self.takes("correct day"):
            return self.corrects_day()
        if self.takes("short phone"):
            self.own += 1
            return {"text": self.wish.phone[:-1]}
        if self.takes("wrong phone"):
            self.slips.append("correct phone")
            return {"text": "13500009999"}
        return {"text": self.number()}

    def check(self, text: str, choices: tuple[str, ...]) -> dict[str, Any]:
        if self.takes("correct day"):
            return self.corrects_day()
        if self.takes("correct phone"):
            self.own += 1
            if self.chance.random() < 0.5:
                return {"text": self.one("电话错了,是{}", "不对,电话是{}", "{}").format(self.wish.phone)}
            self.own += 2
            self.slips.append("which phone")
            return self.press("改一项", choices)
        wrong = self.unlike(text)
        if wrong:
            self.wrong = wrong
            return self.press("改一项", choices)
        if self.style in ("words", "ahead"):
            return {"text": self.one("对", "好的", "没错", "可以", "提交")}
        return self.press("提交", choices)

    def unlike(self, text: str) -> list[str]:
        """The lines of the summary that are not as wished."""
        lines = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
        wish, found = self.wish, []
        if re.sub(r"\([^()]*的事\)$", "", lines["办什么"]) != wish.item.name:
            found.append("办什么")
        if "时间" in lines and f"{wish.start.month}月{wish.start.day}日" not in lines["时间"]:
            found.append("时间")
        return found + (["电话"] if lines["电话"] != wish.phone else [])

    def which(self, text: str, choices: tuple[str, ...]) -> dict[str, Any]:
        field = "电话" if self.takes("which phone") else self.wrong[0]
        return self.press(field, choices)

    def name_matter(self, text: str, choices: tuple[str, ...]) -> dict[str, Any]:
        named = self.typed_wrong(self.named) if self.takes("matter typo") else self.named
        whom = next((said for said, called in KIN.items() if called == self.wish.whom), "")
        return {"text": f"{whom}{named}" + (f" {self.time()}" if self.style == "ahead" else "")}

    def hello(self, text: str, choices: tuple[str, ...]) -> dict[str, Any]:
        return self.press("预约办事", choices)

    def guessed(self, text: str, choices: tuple[str, ...]) -> dict[str, Any]:
        mine = [c for c in choices if self.wish.item.name.startswith(c)]
        return self.press(mine[0] if mine else "都不是", choices)

    def book_it(self, text: str, choices: tuple[str, ...]) -> dict[str, Any]:
        return self.press("预约这件事" if "预约这件事" in choices else "预约办事", choices)

    def wished(self, text: str, choices: tuple[str, ...]) -> dict[str, Any]:
        return {"text": self.time()}

    def nothing(self, text: str, choices: tuple[str, ...]) -> dict[str, Any]:
        return {}


QUESTIONS = (  # the first mark found in the last bubble says what it asks
    ("约好了", "over"), ("记下了", "over"), ("编号 ", "over"), ("齐了就带这些来", "papers"), ("要带什么,", "over"),
    ("请看对不对", "check"), ("要改哪一项", "which"), ("哪天方便", "when"), ("您选哪个", "slot"),
    ("请留一个电话", "phone"), ("什么时候来", "wish"), ("想预约办什么事", "matter"), ("您要办什么?", "matter"),
    ("您有什么事要我帮忙", "hello"), ("下面哪件事", "guess"), ("还要帮您做什么", "papers"),
)  # fmt: skip
ANSWERS: dict[str, Any] = {
    "": Citizen.nothing, "over": Citizen.nothing, "check": Citizen.check, "which": Citizen.which, "when": Citizen.when,
    "slot": Citizen.slot, "phone": Citizen.phone, "wish": Citizen.wished, "matter": Citizen.name_matter,
    "hello": Citizen.hello, "guess": Citizen.guessed,
    "papers": lambda self, text, choices: self.book_it(text, choices) if choices else {},
}  # fmt: skip
STYLES = ("taps", "numbers", "labels", "words", "ahead")
OPENINGS = ("sentence", "sentence", "sentence", "piece", "plain", "nothing", "nothing")
SLIPS = ("matter typo", "time typo", "phone form", "short phone", "wrong phone", "wrong day")
AMID = (*THANKS, *ASIDES, *ANYTHING, "sticker.png")


def citizen(seed: int, items: list[tuple[Item, Window]]) -> Citizen:
    """The citizen of this seed."""
    chance = random.Random(seed * 7919 + 1)
    item, window = items[chance.randrange(len(items))]
    first = date(2026, 11, 1) + timedelta(chance.choice(DAYS) - 1)
    minutes = window.slot_minutes or 30
    places = [at(first, datetime.min.time()) + timedelta(minutes=opens + minutes * n)
              for opens in (510, 840) for n in range(210 // minutes)]  # fmt: skip
    whom = chance.choice(list(KIN.values())) if chance.random() < 0.2 else ""
    wish = Wish(
        item, window, chance.choice(places), chance.random() < 0.5, f"138{chance.randrange(10**7, 10**8)}", whom
    )
    slips = chance.sample(SLIPS, k=chance.choice((0, 0, 1, 1, 2)))
    amid = chance.sample(AMID, k=chance.choice((0, 0, 0, 1)))
    return Citizen(seed, wish, chance.choice(OPENINGS), chance.choice(STYLES), slips, amid, twice=chance.random() < 0.2)
