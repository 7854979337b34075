"""The hall and the windows' day, kept with reception: who is here, who is next, what became of it."""

from bot.contents import Entry, Job, System
from handlers import words_hall as words
from handlers.reception import again, hall, rekeying, sheet, slip, walk_in, window_day
from handlers.roles import COLLEAGUES

SYSTEM = System(
    name="hall",
    conversations={
        "reception/check_in": hall.check_in,
        "reception/window_day": window_day.show_day,
        "reception/call_next": window_day.call_next,
        "reception/mark": window_day.mark,
        "reception/again": again.again,
        "reception/walk_in": walk_in.give_number,
        "reception/rekey": rekeying.rekey,
        "reception/sheet": sheet.send_sheet,
        "reception/board": slip.send_board,
    },
    entries=(
        Entry("reception/check_in", words=words.HERE),
        Entry("reception/check_in", pattern=words.HERE_NO),
        Entry("reception/window_day", words=words.DAY, who=COLLEAGUES),
        Entry("reception/window_day", pattern=words.DAY_PART, who=COLLEAGUES),
        Entry("reception/call_next", words=words.NEXT, who=COLLEAGUES),
        Entry("reception/mark", pattern=words.MARK, who=COLLEAGUES),
        Entry("reception/walk_in", pattern=words.WALK_IN, who=COLLEAGUES),
        Entry("reception/board", words=words.BOARD, who=COLLEAGUES),
        Entry("reception/sheet", words=words.SHEET, who=COLLEAGUES),
        Entry("reception/rekey", pattern=words.REKEY, who=COLLEAGUES),
        Entry("reception/again", pattern=words.AGAIN),
    ),
    rechecks={
        "reception/still_waits": hall.still_waits,
        "reception/still_called": window_day.still_called,
        "reception/still_over": window_day.still_over,
    },
    jobs=(Job("reception/post_sheets", sheet.post_sheets, cron={"hour": 8, "minute": 15}),),
    papers={sheet.NAME: sheet.sheet, slip.SLIP: slip.slip, slip.BOARD: slip.board},
)
