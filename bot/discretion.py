"""A channel that may carry no personal data: numbers by which a person could be found leave it masked."""

import re
from typing import Any

from bot.speech import Spoken

# Mobile phones and identity cards; the centre's own numbers have other shapes and stay readable.
NUMBERS = re.compile(r"(?<!\d)(?:(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}|\d{17}[\dXx])(?!\d)")


def mask(text: str) -> str:
    """The text with such numbers reduced to their ends."""
    return NUMBERS.sub(lambda found: f"{found[0][:3]}****{found[0][-2:]}", text)


class Discreet:
    """Wraps a channel; everything but what is said passes through."""

    def __init__(self, channel: Any) -> None:
        self._channel = channel

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)

    async def send(self, spoken: Spoken) -> None:
        """Send it with the numbers masked; its errors are the channel's."""
        choices = tuple(mask(choice) for choice in spoken.choices)
        await self._channel.send(spoken._replace(text=mask(spoken.text), choices=choices))
