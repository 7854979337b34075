"""From Telegram's deliveries to the desk's ear: each read alone, nothing called stored before it is."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

import structlog
from telegram import Bot
from telegram.constants import UpdateType

from bot.channels.telegram_speech import NAME, delivery, hear, press, update_id
from bot.speech import Ear

log = structlog.get_logger()


class Intake:
    """Puts raw updates into an ear; people are heard side by side, each person's messages in order."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._errands: set[asyncio.Task[None]] = set()

    async def take(self, ear: Ear, raw: object) -> None:
        """Return once the delivery is stored, put aside or known to be nobody's; OSError when it could not be."""
        try:
            heard, pressed = hear(raw, lambda: delivery(raw)[1]), press(raw)
            if pressed is not None:
                self._send_off(self._bot.answer_callback_query(pressed.id))
            if heard is not None:
                await ear.hear(heard)
                if pressed is not None and pressed.chat is not None:
                    self._clear_buttons(pressed.chat, pressed.message)
        except OSError:
            raise
        except Exception as error:
            log.warning("delivery put aside", channel="telegram", cause=type(error).__name__)
            key, body = delivery(raw)
            await ear.put_aside(NAME, key, body, f"{type(error).__name__}: {error}")

    async def take_batch(self, ear: Ear, batch: Sequence[object]) -> tuple[int | None, BaseException | None]:
        """The offset that acknowledges what is stored for good (None: nothing), and why the rest is not."""
        stored = [False] * len(batch)
        lanes = [self._take_lane(ear, batch, lane, stored) for lane in _lanes(batch)]
        ends = await asyncio.gather(*lanes, return_exceptions=True)
        return _acknowledged(batch, stored), next((end for end in ends if end is not None), None)

    async def _take_lane(self, ear: Ear, batch: Sequence[object], lane: list[int], stored: list[bool]) -> None:
        for position in lane:
            await self.take(ear, batch[position])
            stored[position] = True

    def _clear_buttons(self, chat: int, message: int) -> None:
        self._send_off(self._bot.edit_message_reply_markup(chat_id=chat, message_id=message, reply_markup=None))

    def _send_off(self, errand: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(_courtesy(errand))
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def close(self) -> None:
        """Drop what is still under way: courtesies only."""
        errands = list(self._errands)
        for task in errands:
            task.cancel()
        await asyncio.gather(*errands, return_exceptions=True)


async def _courtesy(errand: Coroutine[Any, Any, Any]) -> None:
    """A late or second answer, or an unchanged keyboard, is a 400 and nobody's trouble."""
    try:
        await errand
    except Exception as error:
        log.debug("courtesy not taken", channel="telegram", cause=type(error).__name__)


def _lanes(batch: Sequence[object]) -> list[list[int]]:
    lanes: dict[object, list[int]] = {}
    for position, raw in enumerate(batch):
        lanes.setdefault(_sender(raw) or f"nobody {position}", []).append(position)
    return list(lanes.values())


def _sender(raw: object) -> int | None:
    parts = raw.values() if isinstance(raw, dict) else ()
    senders = [part.get("from") for part in parts if isinstance(part, dict)]
    numbers = [sender.get("id") for sender in senders if isinstance(sender, dict)]
    return next((number for number in numbers if isinstance(number, int)), None)


def _acknowledged(batch: Sequence[object], stored: Sequence[bool]) -> int | None:
    done = stored.index(False) if False in stored else len(batch)
    numbers = [number for raw in batch[:done] if (number := update_id(raw)) is not None]
    return numbers[-1] + 1 if numbers else None


def allowed_updates() -> list[str]:
    """What Telegram is asked to send; it remembers the last list it was given."""
    return [UpdateType.MESSAGE, UpdateType.EDITED_MESSAGE, UpdateType.CALLBACK_QUERY, UpdateType.MY_CHAT_MEMBER]
