"""One line of JSON in, one line of JSON out: for the scorers and the command line."""

from datetime import datetime
from typing import Any

from bot.understanding.routing import Router
from bot.understanding.times import Ok, understand
from rules.calendar import Calendar


def route_line(router: Router, obj: dict[str, Any]) -> dict[str, Any]:
    """{"id", "text"} -> {"id", "ranked", "confidence"}."""
    found = router.rank(obj["text"])
    return {"id": obj["id"], "ranked": list(found.ranked), "confidence": found.confidence}


def when_line(obj: dict[str, Any], calendar: Calendar) -> dict[str, Any]:
    """{"id", "text", "ref", "context"} -> {"id", "status", "start", "end", "reason"}; "" where there is none."""
    found = understand(obj["text"], datetime.fromisoformat(obj["ref"]), obj["context"], calendar)
    if isinstance(found, Ok):
        end = found.end.isoformat() if found.end else ""
        return {"id": obj["id"], "status": "ok", "start": found.start.isoformat(), "end": end, "reason": ""}
    status = type(found).__name__.lower()
    return {"id": obj["id"], "status": status, "start": "", "end": "", "reason": found.reason}
