"""一㈠1⑴、二㈢1、二㈢4: what the windows vouch for: kept, checked, told."""

from bot.contents import Entry, Job, System
from handlers import words_consulting as words
from handlers.consulting import adopting, checking, deciding, keeping
from handlers.roles import COLLEAGUES

SYSTEM = System(
    name="consulting",
    conversations={
        "consulting/entries": keeping.my_entries,
        "consulting/decide": deciding.decide,
        "consulting/check": checking.check,
        "consulting/offer": adopting.offer,
    },
    entries=(
        Entry("consulting/check", words=words.CHECK, who=COLLEAGUES),
        Entry("consulting/offer", pattern=words.OFFER, who=COLLEAGUES),
        Entry("consulting/entries", pattern=words.ENTRIES, who=COLLEAGUES),
    ),
    timers={"consulting/approve_late": deciding.remind, "consulting/chase": checking.chase},
    rechecks={"consulting/draft_waits": deciding.draft_waits, "consulting/due_waits": checking.due_waits},
    jobs=(Job("consulting/daily", checking.daily, cron={"hour": 9, "minute": 10}),),
)
