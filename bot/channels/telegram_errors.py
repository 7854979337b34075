"""What a failed call of the Bot API means for the bubble that was on its way."""

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
)

from bot.speech import Later, Refused, Unsure

# RuntimeError is PTB's word for a client that is not open (yet, or any more).
NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    RuntimeError,
)


def verdict(error: Exception, token: str) -> Later | Refused | Unsure:
    """Later, Refused or Unsure; BadRequest and TimedOut are NetworkErrors too, so the order decides.

    A ValueError as cause: the text cannot be written as UTF-8 at all.
    """
    reason = scrub(f"{type(error).__name__}: {error}", token)
    if isinstance(error, RetryAfter):
        return Later(reason, seconds(error))
    if isinstance(error, Forbidden | ChatMigrated | BadRequest) or isinstance(error.__cause__, ValueError):
        return Refused(reason)
    if isinstance(error, InvalidToken) or surely_not_taken(error):
        return Later(reason)
    return Unsure(reason)


def surely_not_taken(error: Exception) -> bool:
    """Whether the request never went out, or was answered with a failure by somebody who knows."""
    if not isinstance(error, NetworkError):
        return False
    cause = error.__cause__
    if isinstance(cause, NEVER_LEFT):
        return True
    return not isinstance(cause, httpx.HTTPError) and "gateway time" not in str(error).lower()


def seconds(error: RetryAfter) -> float:
    """The pause asked for, which PTB gives as a number or a timedelta."""
    pause = error.retry_after
    return float(pause) if isinstance(pause, int | float) else pause.total_seconds()


def scrub(text: str, token: str) -> str:
    """The text without the bot's token, whole or only its secret half."""
    secret = token.rpartition(":")[2]
    text = text.replace(token, "***")
    return text.replace(secret, "***") if len(secret) >= 8 else text
