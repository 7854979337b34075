"""一、咨询台值日服务: booking, callers, duty."""

from bot.contents import HOURLY, Entry, Job, System
from handlers import words
from handlers.reception import (
    arranging,
    calendar_file,
    callers,
    for_others,
    freed,
    hours,
    mine,
    reminders,
    together,
    wishes,
)
from handlers.roles import COLLEAGUES

SYSTEM = System(
    name="reception",
    conversations={
        "reception/book": together.book,
        "reception/also": together.one_more,
        "reception/act_for": for_others.act_for,
        "reception/find": for_others.find,
        "reception/calendar": calendar_file.offer,
        "reception/mine": mine.my_bookings,
        "reception/caller": callers.key_in_caller,
        "reception/arrange": arranging.arrange,
        "reception/answer_time": arranging.answer_offer,
        "reception/answer_reminder": mine.answer_reminder,
        "reception/set_hours": hours.set_hours,
        "reception/answer_offer": freed.answer_offer,
    },
    entries=(
        Entry("reception/mine", words=words.MINE),
        Entry("reception/book", words=words.BOOK),
        Entry("reception/set_hours", pattern=words.HOURS, who=COLLEAGUES),
        Entry("reception/answer_offer", pattern=words.WAIT_ANSWER),
        Entry("reception/also", pattern=words.ONE_MORE),
        Entry("reception/act_for", pattern=words.ACT_FOR),
        Entry("reception/find", pattern=words.FIND, who=COLLEAGUES),
        Entry("reception/calendar", pattern=words.CALENDAR),
        Entry("reception/book", pattern=words.BOOK_TWO),
        Entry("reception/caller", pattern=words.PHONE_BOOKING, who=COLLEAGUES),
        Entry("reception/book", pattern=words.BOOK_MATTER, breaks_in=False),
    ),
    timers={
        "reception/remind": reminders.remind,
        "reception/chase": arranging.chase_window,
        "reception/lapse": arranging.lapse,
        "reception/offer_place": freed.offer_place,
        "reception/offer_over": freed.offer_over,
        "reception/wait_over": freed.wait_over,
    },
    rechecks={
        "reception/stands": reminders.stands,
        "reception/wish_waits": wishes.waits,
        "reception/time_stands": arranging.offer_stands,
        "reception/offer_stands": freed.offer_stands,
    },
    papers={calendar_file.NAME: calendar_file.file},
    jobs=(
        Job("reception/follow_calendar", reminders.follow_calendar, cron=HOURLY),
        Job("reception/serve_line", freed.serve_line, cron=HOURLY),
    ),
)
