"""一㈢: the duty day from its plan to its handover."""

from datetime import date, timedelta

from bot.contents import Entry, Job, System
from bot.talk import Talk
from handlers import words_duty as words
from handlers.reception import duty_log, duty_notice, handover
from handlers.reception.on_duty import absent_on, book_day, next_day, officer
from handlers.roles import COLLEAGUES
from rules.calendar import local
from storage.books import Books

__all__ = ["SYSTEM", "absent_on"]


MOST_MISSED = 5  # days: longer ago than a week nobody wants to hear of


def plan_day(books: Books) -> None:
    """Everything the clock must do about this duty day; on a rest day, what is left of the last one."""
    day = book_day(books, books.now)
    for missed in missed_days(books, day):
        duty_notice.plan(books, missed)
        handover.plan(books, missed)
    duty_notice.plan(books, day)
    if books.now < books.calendar.closing(day):
        handover.plan(books, day)


def missed_days(books: Books, today: date) -> tuple[date, ...]:
    """Working days nobody planned, because the desk was away: whom it concerns must hear of what was not done."""
    newest = books.timers.newest("duty/rung")
    planned = local(newest).date() if newest else today
    return books.calendar.working_days(planned + timedelta(days=1), today - timedelta(days=1))[-MOST_MISSED:]


def who_is_on(talk: Talk, books: Books) -> None:
    """谁值班 — officer, stand-by and date; on a rest day those of the next working day (1-01)."""
    asked = local(talk.now).date() + timedelta(days=talk.given("which", "") in words.TOMORROW)
    day = asked if books.calendar.is_working(asked) else next_day(books, asked)
    on, beside = officer(books, day), books.centre.stand_by_on(day)
    talk.say(
        "reception/duty_who", asked=asked, day=day, officer=books.roster.label(on.id),
        stand_by=beside if beside and beside.id != on.id else None,
    )  # fmt: skip


SYSTEM = System(
    name="duty",
    conversations={
        "duty/received": duty_notice.acknowledge,
        "duty/phoned": duty_notice.phoned,
        "duty/who": who_is_on,
        "duty/log": duty_log.keep_log,
        "duty/show_log": duty_log.show_log,
        "duty/undo_log": duty_log.undo_log,
        "duty/hand_over": handover.hand_over,
        "duty/take_over": handover.take_over,
    },
    entries=(
        Entry("duty/received", words=words.RECEIVED, who=COLLEAGUES),
        Entry("first_contact/bye", words=words.RECEIVED),  # a citizen says it to a reminder
        Entry("duty/phoned", words=words.PHONED, who=COLLEAGUES),
        Entry("duty/who", pattern=words.WHO, who=COLLEAGUES),
        Entry("duty/show_log", words=words.SHOW_LOG, who=COLLEAGUES),
        Entry("duty/undo_log", pattern=words.UNDO_LOG, who=COLLEAGUES),
        Entry("duty/log", pattern=words.LOG, who=COLLEAGUES),
        Entry("duty/hand_over", words=words.HAND_OVER, who=COLLEAGUES),
        Entry("duty/take_over", words=words.TAKE_OVER, who=COLLEAGUES),
    ),
    timers={
        "duty/rung": duty_notice.climb,
        "duty/eve": duty_notice.remind_on_eve,
        "duty/handover_due": handover.remind,
        "duty/handover_open": handover.tell_supervision,
    },
    rechecks={
        "duty/unanswered": duty_notice.unanswered,
        "duty/handover_waits": handover.waits,
        "duty/handover_wanted": handover.still_wanted,
    },
    jobs=(Job("duty/plan", plan_day, cron={"hour": 0, "minute": 5}),),
)
