"""六、出勤到岗: leave and outings, each a request whose consents are cards."""

from bot.contents import HOURLY, Due, Entry, Job, System
from bot.talk import Talk
from handlers import requests
from handlers import words_attendance as words
from handlers.attendance import leave, outing, register, slips
from handlers.attendance.leave import full_text, show_status
from handlers.roles import COLLEAGUES
from storage.attendance import LEAVE, OUTING
from storage.books import Books

SHAPES = {LEAVE: slips.SHAPE, OUTING: outing.SHAPE}

__all__ = ["SYSTEM", "full_text", "show_status"]


def decide(talk: Talk, books: Books) -> None:
    """同意 / 不同意 about a slip or an outing."""
    requests.decide(talk, books, SHAPES)


def undecided(books: Books, due: Due) -> None:
    """Half an hour of working time, and nobody has decided."""
    requests.undecided(books, due, SHAPES)


def follow_roster(books: Books) -> None:
    """What waits follows the people on the roster."""
    requests.follow_all(books, SHAPES)


SYSTEM = System(
    name="attendance",
    conversations={
        "attendance/leave": leave.ask_leave,
        "attendance/mine": leave.my_leave,
        "attendance/withdraw": leave.withdraw,
        "attendance/out": outing.go_out,
        "attendance/withdraw_outing": outing.withdraw,
        "attendance/back": outing.come_back,
        "attendance/later": outing.not_yet,
        "attendance/decide": decide,
    },
    entries=(
        Entry("attendance/leave", words=words.LEAVE, who=COLLEAGUES),
        Entry("attendance/mine", words=words.MY_LEAVE, who=COLLEAGUES),
        Entry("attendance/withdraw", words=words.WITHDRAW, who=COLLEAGUES),
        Entry("attendance/out", words=words.OUT, who=COLLEAGUES),
        Entry("attendance/withdraw_outing", words=words.WITHDRAW_OUT, who=COLLEAGUES),
        Entry("attendance/back", words=words.BACK, who=COLLEAGUES),
        Entry("attendance/later", pattern=words.NOT_YET, who=COLLEAGUES, breaks_in=False),
        Entry("attendance/withdraw", pattern=words.WITHDRAW_NO, who=COLLEAGUES),
        Entry("attendance/out", pattern=words.OUT_LINE, who=COLLEAGUES, breaks_in=False),
        Entry("attendance/leave", pattern=words.LEAVE_LINE, who=COLLEAGUES, breaks_in=False),
    ),
    timers={
        "attendance/undecided": undecided,
        "attendance/begins": slips.begins,
        "attendance/outing_due": register.fall_due,
        "attendance/outing_filing": register.run_over,
    },
    jobs=(Job("follow_roster", follow_roster, cron=HOURLY),),
)
