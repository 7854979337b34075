"""一、咨询台值日服务: booking, callers, duty."""

from bot.contents import Entry, Job, System
from handlers import words
from handlers.reception import booking, callers, freed, mine, wishes
from handlers.roles import COLLEAGUES

SYSTEM = System(
    name="reception",
    conversations={
        "reception/book": booking.book,
        "reception/mine": mine.my_bookings,
        "reception/caller": callers.key_in_caller,
        "reception/answer_wish": wishes.answer_wish,
        "reception/answer_reminder": mine.answer_reminder,
        "reception/answer_offer": freed.answer_offer,
    },
    entries=(
        Entry("reception/mine", words=words.MINE),
        Entry("reception/book", words=words.BOOK),
        Entry("reception/answer_offer", pattern=words.WAIT_ANSWER),
        Entry("reception/caller", pattern=words.PHONE_BOOKING, who=COLLEAGUES),
        Entry("reception/book", pattern=words.BOOK_MATTER, breaks_in=False),
    ),
    timers={
        "reception/remind": booking.remind,
        "reception/offer_place": freed.offer_place,
        "reception/offer_over": freed.offer_over,
        "reception/wait_over": freed.wait_over,
    },
    rechecks={
        "reception/stands": booking.stands,
        "reception/wish_waits": wishes.waits,
        "reception/offer_stands": freed.offer_stands,
    },
    jobs=(
        Job("reception/follow_calendar", booking.follow_calendar, cron={"minute": 52}),
        Job("reception/serve_line", freed.serve_line, cron={"minute": "*/10"}),
    ),
)
