"""What the desk does for itself: half-done talks are put away, the chain's head leaves the machine, old words go."""

from datetime import timedelta
from typing import Any

from bot.contents import HOURLY, Job, System
from handlers.words_complaints import PRIVATE
from rules.calendar import local
from storage.books import Books

KEPT = timedelta(hours=24)  # ux 20
LOOK_BACK = timedelta(days=8)
DAILY_FROM = (12, 15)


def put_away(books: Books) -> None:
    """Half-done talks of a day ago: one word in working hours, then closed; what was submitted stands."""
    if not books.calendar.is_open(books.now):
        return
    for person in books.housekeeping.half_done(books.now - KEPT):
        if books.is_speaking(person):
            continue
        books.outbox.post(person, "machine/nudge", f"nudge:{person}:{books.now:%Y%m%d%H}")
        books.leave_sitting(person, "")


def send_head(books: Books) -> None:
    """The administrators get the audit chain's head, so that a rebuilt chain can be told from the true one."""
    seq, mac = books.housekeeping.head()
    if not books.calendar.is_working(books.now.date()) or books.housekeeping.began_on(books.now.date()):
        return
    values: dict[str, Any] = {"seq": seq, "mac": mac, **books.housekeeping.troubles(books.now - KEPT)}
    for admin in books.centre.administrators():
        key = f"head:{books.now:%Y%m%d}:{admin.id}"
        books.outbox.post(admin.id, "machine/morning", key, **values)


def tell_expired(books: Books) -> None:
    """What waited in the outbox until its time was over: one word to whom it was for, unless it no longer concerns."""
    for letter in books.housekeeping.expired(books.now - LOOK_BACK):
        books.outbox.post(
            letter.person, "machine/late", f"late:{letter.id}", recheck=letter.recheck, subject=letter.subject,
            calls=letter.caller(), what=letter.text.partition("\n")[0],
        )  # fmt: skip


def warn_calendar(books: Books) -> None:
    """Without the notice of the holidays: from 1 November every week, from 15 December every working day."""
    today = local(books.now).date()
    year = min(books.calendar.missing_years(today), default=0)
    if not year or not books.calendar.is_working(today) or books.housekeeping.began_on(today):
        return
    often = today.year == year or (today.month, today.day) >= DAILY_FROM
    span = f"{today}" if often else "week {}-{}".format(*today.isocalendar())
    for admin in books.centre.administrators():
        books.outbox.post(admin.id, "machine/calendar_missing", f"calendar:{year}:{span}:{admin.id}", year=year)


def prune(books: Books) -> None:
    """Words and buttons nobody needs any more are deleted; records and audit lines stay."""
    books.housekeeping.prune(books.now, PRIVATE)


SYSTEM = System(
    name="housekeeping",
    jobs=(
        Job("put_away", put_away, cron=HOURLY),
        Job("tell_expired", tell_expired, cron=HOURLY),
        Job("warn_calendar", warn_calendar, cron={"hour": 9, "minute": 10}),
        Job("send_head", send_head, cron={"hour": 8, "minute": 30}),
        Job("prune", prune, cron={"hour": 3, "minute": 40}),
    ),
)
