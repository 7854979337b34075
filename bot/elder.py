"""ux 26: an elder is shown at most three choices at a time."""

from typing import Any

from bot.templates import Utterance

MOST = 3
MORE = "\x03"  # the value behind 更多, which no person can type


def page_of(said: Utterance, page: int, more: str) -> tuple[Utterance, dict[str, Any]]:
    """The choices shown now, the last of them for more; and all that may be typed, those shown first.

    After the last page comes the first again.
    """
    if len(said.labels) <= MOST:
        return said, {"labels": list(said.labels), "values": list(said.values)}
    each = MOST - 1
    first = page % -(-len(said.labels) // each) * each
    shown = range(first, min(first + each, len(said.labels)))
    hidden = [at for at in range(len(said.labels)) if at not in shown]
    labels = (*(said.labels[at] for at in shown), more)
    values = (*(said.values[at] for at in shown), MORE)
    rest = {"labels": [*labels, *(said.labels[at] for at in hidden)],
            "values": [*values, *(said.values[at] for at in hidden)]}  # fmt: skip
    return Utterance(said.text, labels, values), rest
