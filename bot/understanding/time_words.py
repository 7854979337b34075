"""The words of one sentence that speak of time, and what stands directly before and behind one of them."""

from dataclasses import dataclass
from datetime import datetime

from bot.understanding.time_moments import Moment, end_of, start_of
from bot.understanding.time_pieces import Piece
from rules.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Words:
    """Moments, links and durations in their order, seen from an instant by somebody with a purpose."""

    words: list[Moment | Piece]
    text: str
    ref: datetime
    context: str
    calendar: Calendar

    def moments(self) -> list[Moment]:
        return [word for word in self.words if isinstance(word, Moment)]

    def of_kind(self, *kinds: str) -> list[Piece]:
        return [word for word in self.words if isinstance(word, Piece) and word.kind in kinds]

    def kinds(self) -> set[str]:
        return {word.kind for word in self.words if isinstance(word, Piece)}

    def behind(self, moment: Moment) -> list[str]:
        """Kinds of the words that follow a moment without a break."""
        found, at = [], moment.last
        for word in self.words:
            if (
                isinstance(word, Piece)
                and word.last > at
                and not self.text[at : word.first].strip()
                and word.first >= at
            ):
                found.append(word.kind)
                at = word.last
        return found

    def ahead(self, moment: Moment) -> set[str]:
        """Kinds of the words directly before a moment."""
        return {
            w.kind
            for w in self.words
            if isinstance(w, Piece) and w.last <= moment.first and not self.text[w.last : moment.first].strip()
        }

    def start(self, moment: Moment) -> datetime:
        return start_of(moment, self.ref, self.calendar)

    def end(self, moment: Moment) -> datetime:
        return end_of(moment, self.ref, self.calendar)
