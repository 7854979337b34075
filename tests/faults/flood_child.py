"""So many strangers say hello to a desk whose platform takes 25 bubbles a second: `flood_child.py FOLDER PEOPLE`.

Prints {"peak_mb", "before_mb", "database_mb", "letters"} once everybody was heard.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bot.app import House
from bot.clock import StandingClock
from bot.restraint import Restraint
from bot.speech import Ability, Attachment, Ear, Heard, Spoken
from rules.calendar import ZONE

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
AT_ONCE = 64
CHANNEL = "telegram"


class Slow:
    name = CHANNEL
    ability = Ability(buttons=12, label=20, text=4000, per_second=1.0, in_all=25.0)

    async def run(self, ear: Ear) -> None:
        """Nothing comes in by itself."""

    async def send(self, spoken: Spoken) -> None:
        """Taken."""

    async def fetch(self, file: Attachment) -> bytes:
        raise NotImplementedError


def peak() -> float:
    """In MB; what getrusage says is that of whoever started this process, where that was more."""
    line = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


async def main(folder: Path, people: int) -> None:
    house = House(f"sqlite:///{folder}/desk.db", StandingClock(NOW))
    house.add({CHANNEL: Slow()})
    await house.open()
    house.desk.restraint = Restraint(house.desk)
    await house.bells.catch_up()
    await house.desk.hear(Heard(CHANNEL, "first", "0", "您好"))
    before, numbers = peak(), iter(range(1, people + 1))
    await asyncio.gather(*(_say_hello(house, numbers) for _ in range(AT_ONCE)))
    letters = await house.desk.do(lambda books: books.outbox.waiting(most=10 * people))
    size = sum(path.stat().st_size for path in folder.glob("desk.db*")) / 1_048_576  # noqa: ASYNC240
    print(json.dumps({"before_mb": round(before), "database_mb": round(size), "letters": len(letters)} | PEAK))


PEAK: dict[str, float] = {}


async def _say_hello(house: House, numbers: Iterator[int]) -> None:
    for number in numbers:
        await house.desk.hear(Heard(CHANNEL, str(number), str(number), "您好"))
        PEAK["peak_mb"] = round(peak(), 1)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
