"""三、投诉处理: lodged, handled, reminded of; the accused never learns of it."""

from bot.contents import HOURLY, Entry, Job, System
from handlers import words_complaints as words
from handlers.complaints import handling, lodging, reminding
from handlers.complaints.handling import call_section, instead_of_officer
from handlers.complaints.lodging import full_text, lodge_complaint, show_status
from handlers.roles import COLLEAGUES

__all__ = ["SYSTEM", "call_section", "full_text", "instead_of_officer", "lodge_complaint", "show_status"]

SYSTEM = System(
    name="complaints",
    conversations={
        "complaints/lodge": lodge_complaint,
        "complaints/mine": lodging.my_complaints,
        "complaints/withdraw": lodging.withdraw,
        "complaints/decide": handling.decide,
        "complaints/accept": handling.accept,
        "complaints/answer": handling.reply,
        "complaints/refuse": handling.put_outside,
        "complaints/close": handling.close,
        "complaints/listed": handling.listed,
        "complaints/complainant": handling.show_complainant,
        "complaints/call_back": handling.call_back,
    },
    entries=(
        Entry("complaints/lodge", words=words.LODGE),
        Entry("complaints/mine", words=words.MINE),
        Entry("complaints/withdraw", pattern=words.WITHDRAW),
        Entry("complaints/listed", words=words.LISTED, who=COLLEAGUES),
        Entry("complaints/accept", pattern=words.ACCEPT, who=COLLEAGUES),
        Entry("complaints/answer", pattern=words.REPLY, who=COLLEAGUES),
        Entry("complaints/refuse", pattern=words.OUTSIDE, who=COLLEAGUES),
        Entry("complaints/close", pattern=words.CLOSE, who=COLLEAGUES),
        Entry("complaints/complainant", pattern=words.CONTACT, who=COLLEAGUES),
    ),
    timers={"complaints/remind": reminding.remind},
    rechecks={"complaints/open": reminding.is_open},
    jobs=(
        Job("keep_reminding", reminding.keep_reminding, cron={"hour": 7, "minute": 50}),
        Job("complaints/follow_calendar", reminding.follow_calendar, cron=HOURLY),
    ),
)
