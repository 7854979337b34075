"""`frontdesk window-codes`: for each window a code to hang up, which asks the desk for that window's matters."""

import re
from typing import Any
from urllib.parse import quote

from bot import clerk
from bot.console import WRONG, leave, settings_or_leave
from bot.web.page import FORMS, WORDS, Page
from bot.web.papers import qr
from storage.catalogue import Centre, Window
from storage.centre_rows import read_centre

BOT_NAME = re.compile(r"[0-9A-Za-z_]{5,32}")
PAYLOAD = re.compile(r"[0-9A-Za-z_-]{1,61}")  # Telegram takes 64 characters, three are ours


def sheet(telegram: str = "") -> str:
    """The page to print, whole in itself; ends with 2 where no phone could open what it would show."""
    settings = settings_or_leave()
    url = settings.public_url.rstrip("/")
    if not url:
        leave(WRONG, "doctor/wrong_setting", name="FRONTDESK_PUBLIC_URL", why="https://…")
    if telegram and not BOT_NAME.fullmatch(telegram):
        leave(WRONG, "doctor/wrong_setting", name="--telegram", why=BOT_NAME.pattern)
    with clerk.looking(settings.database) as (_, connection):
        centre = read_centre(connection)
    return page_of(centre, url, telegram)


def page_of(centre: Centre, url: str, telegram: str = "") -> str:
    """One card a window, its codes drawn in."""
    codes = [code_of(window, url, telegram) for window in with_matters(centre)]
    css = (WORDS / "paper.css").read_text(encoding="utf-8")
    return Page(FORMS, {"qr": qr}).words("window_codes", centre=centre, codes=codes, css=css)


def with_matters(centre: Centre) -> list[Window]:
    """The windows a citizen has something to ask of."""
    asked = {item.window for item in centre.items.values()}
    return [window for window in centre.windows.values() if window.id in asked]


def code_of(window: Window, url: str, telegram: str) -> dict[str, Any]:
    """Where the window's code leads: the page, and the bot where its links can carry the window's name."""
    chat = f"https://t.me/{telegram}?start=at-{window.id}" if telegram and PAYLOAD.fullmatch(window.id) else ""
    return {"window": window, "page": f"{url}/#at={quote(window.id)}", "chat": chat}
