"""Which of the times in a sentence count: the corrected ones, not those refused, past or told of something else."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from bot.understanding.time_days import Days, Vague
from bot.understanding.time_moments import Moment, day_of
from bot.understanding.time_pieces import Piece

Word = Moment | Piece
_CLAUSE_ENDS = ",。;;!?"
_TIMES = ("span", "within")
# What looks like a time though no form of the grammar read it.
_UNIT = (
    r"(?:天(?!气|生)|[号日](?![楼窗线台柜厅机桌子间院门店])|点(?!事|儿|小|急)钟?|周(?!转|边|围)|个?月(?!经|嫂)"
    r"|星期|礼拜|小时|钟头|分钟|刻钟?|工作日)"
)
_COUNT = r"(?:[0-9]+|[一二两三四五六七八九十几数半每各隔多]+)"
_TIME_LIKE = re.compile(
    rf"(?:周|星期|礼拜)[一二三四五六日天末1-6](?!是|围)|[今明昨]天|后天|上午|下午|{_COUNT}个?多?{_UNIT}(?!了|没)|第{_COUNT}[天日周]|\0[到至~、,-]{{0,2}}[0-9]{{1,2}}(?![0-9个人份岁楼块元次本张位项号窗.年])"
    r"|[今明后去前]年的?\0|(?<![0-9.号])[0-9]{1,2}[、到至~-]\0|旬|[一二三四五六]{2,}(?=\0)|工作日|平时|平常|每[周月天日]|前夕|以外|之外|前半|后半|[周月年](?:初|末|底|头|尾)(?!次)|下星|上星"
)

_HANDED_IN = re.compile(r"(?:我|就|才|刚)?[交办递送领取拿发打填签寄](?:上去|过|了)?的(?!话|时候)")


def explained(words: list[Word], text: str) -> bool:
    """Whether nothing that looks like a time is left over beside the words read."""
    left = list(text)
    for word in words:
        left[word.first : word.last] = "\0" * (word.last - word.first)
    rest = re.sub("\0+", "\0", "".join(left))
    lunar = any(isinstance(word, Moment) and word.days and word.days.by == "lunar" for word in words)
    return _TIME_LIKE.search(rest) is None and (lunar or not re.search("[农阴旧老古]历", rest))


@dataclass(frozen=True, slots=True)
class Claims:
    """The words of one sentence on the way to the times that count."""

    words: list[Word]
    text: str
    ref: datetime
    context: str

    def settled(self) -> list[Word]:
        """The words without what was taken back; raises Vague where that leaves it open."""
        return self._corrected()._unrefused()._unpast()._completed().words

    # -- corrections -------------------------------------------------------------------------------------------------
    def _corrected(self) -> "Claims":
        """明天,不对,后天: what follows the last correction stands; what it does not name is kept."""
        at = next((n for n in reversed(range(len(self.words))) if self._kind(n) == "fix"), None)
        if at is None:
            return self
        before, after = self.words[:at], self.words[at + 1 :]
        if not _times(before) or not _times(after):
            return replace(self, words=[*before, *after])
        olds, news = _moments(replace(self, words=before)._corrected().words), _moments(after)
        if olds and news:
            after = [_mended(olds, news[0]) if word is news[0] else word for word in after]
            kept = [w for w in before if isinstance(w, Piece) and w.kind in _TIMES and not _of(after, _TIMES)]
            return replace(self, words=[*kept, *after])
        if news:
            return replace(self, words=after)
        return replace(self, words=[w for w in before if _kind(w) not in _TIMES] + after)

    def _kind(self, at: int) -> str:
        return _kind(self.words[at])

    # -- refusals ----------------------------------------------------------------------------------------------------
    def _unrefused(self) -> "Claims":
        """不是明天,是后天; 明天没空,后天下午. Who only says when not is asked when."""
        refused = [m for m in _moments(self.words) if self._refused(m)]
        if not refused:
            return self
        left = [w for w in self.words if w not in refused and _kind(w) not in ("not", "busy")]
        if not _moments(left) or any(w.kind == "not" and self.text[w.first] == "除" for w in _pieces(self.words)):
            raise Vague("which_day")
        day = next((m.days for m in reversed(refused) if m.days), None)
        return replace(self, words=[_on(word, day) if isinstance(word, Moment) else word for word in left])

    def _refused(self, moment: Moment) -> bool:
        return any(
            (w.kind == "not" and 0 <= moment.first - w.last <= 1)
            or (w.kind == "busy" and self.context in ("appointment", "duty") and self._same_clause(moment, w))
            for w in _pieces(self.words)
        )

    def _same_clause(self, moment: Moment, piece: Piece) -> bool:
        between = self.text[moment.last : piece.first]
        nearest = not any(moment.last <= m.first < piece.first for m in _moments(self.words))
        return moment.last <= piece.first and nearest and not any(mark in between for mark in _CLAUSE_ENDS)

    # -- what is over ------------------------------------------------------------------------------------------------
    def _unpast(self) -> "Claims":
        """昨天发烧了,今天请一天: what lies behind only tells why."""
        told = [m for m in _moments(self.words) if self._over(m) or _HANDED_IN.match(self.text, m.last)]
        over = [*told, *(m for m in _moments(self.words) if self._occasion(m))]
        if not over or len(over) == len(_moments(self.words)):
            return self
        return replace(self, words=[word for word in self.words if word not in over])

    def _occasion(self, moment: Moment) -> bool:
        """国庆回老家,9月30号请一天: a festival beside the day that is asked for."""
        named = moment.days is not None and moment.days.by == "festival" and not self._asked_for(moment)
        return named and any(self._asked_for(other) for other in _moments(self.words))

    def _over(self, moment: Moment) -> bool:
        days = day_of(moment, self.ref)
        linked = any(w.kind in ("to", "and", "or") and w.first == moment.last for w in _pieces(self.words))
        begun = any(w.kind in ("from", "to") and w.last == moment.first for w in _pieces(self.words))
        return days.last < self.ref.date() and not linked and not begun

    # -- one time in two places --------------------------------------------------------------------------------------
    def _completed(self) -> "Claims":
        """下周一想过来办医保,九点行吗: a day here and its hour there are one moment; 八点半,后天 too."""
        moments = _moments(self.words)
        if len(moments) != 2 or {w.kind for w in _pieces(self.words)} & {"to", "back", "and", "or", "between", "past"}:
            return self
        whole = _together(moments[0], moments[1], bool(_of(self.words, ("span",))) or self._asked_for(moments[1]))
        if whole is None:
            return self
        rest = [word for word in self.words if word is not moments[1]]
        return replace(self, words=[whole if word is moments[0] else word for word in rest])

    def _asked_for(self, moment: Moment) -> bool:
        """孩子后天打疫苗,上午请假: the clause that asks says which half."""
        clause = re.split(f"[{_CLAUSE_ENDS}]", self.text[moment.last :], maxsplit=1)[0]
        before = re.split(f"[{_CLAUSE_ENDS}]", self.text[: moment.first])[-1]
        return self.context == "leave" and any(char in before + clause for char in "请假休")


def _on(moment: Moment, day: Days | None) -> Moment:
    """明天上午没空,下午行: the day refused in part is still the day meant."""
    return moment if moment.days or moment.now or moment.instant else replace(moment, days=day)


def _together(first: Moment, second: Moment, lasting: bool) -> Moment | None:
    if first.now or second.now or first.instant or second.instant:
        return None
    if first.days and second.half and not (first.timed or second.clock or second.days):
        return replace(first, last=second.last, half=second.half) if lasting or second.half == "day" else None
    day, hour = (first, second) if second.clock else (second, first)
    if (
        not hour.clock
        or day.clock
        or hour.days
        or not day.days
        or (day.half and hour.half)
        or day.days.first != day.days.last
    ):
        return None
    return Moment(first.first, second.last, day.days, hour.half or day.half, hour.clock)


def _mended(olds: list[Moment], new: Moment) -> Moment:
    """The new moment with what it leaves open taken from the old one."""
    if len(olds) > 1:
        if new.days is None:
            raise Vague("two_dates")
        return replace(new, first=olds[0].first)
    old = olds[0]
    if new.half and not new.clock and old.clock:
        raise Vague("which_hour")
    if new.days and not new.timed:
        return replace(new, first=old.first, half=old.half, clock=old.clock)
    half = new.half or (old.half if new.clock and not new.days else "")
    return replace(new, first=old.first, days=new.days or old.days, half=half)


def _kind(word: Word) -> str:
    return word.kind if isinstance(word, Piece) else ""


def _moments(words: list[Word]) -> list[Moment]:
    return [word for word in words if isinstance(word, Moment)]


def _pieces(words: list[Word]) -> list[Piece]:
    return [word for word in words if isinstance(word, Piece)]


def _of(words: list[Word], kinds: tuple[str, ...]) -> list[Piece]:
    return [piece for piece in _pieces(words) if piece.kind in kinds]


def _times(words: list[Word]) -> bool:
    return bool(_moments(words) or _of(words, _TIMES))
