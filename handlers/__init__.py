"""The table of contents: the regulation's systems as this desk keeps them, one line each."""

from bot.contents import Contents
from handlers import (
    attendance,
    complaints,
    consulting,
    emergency,
    enquiry,
    first_contact,
    housekeeping,
    identity,
    manner,
    reception,
    words_complaints,
)
from handlers.reception import aid, duty, visits
from handlers.words_danger import DANGERS

CONTENTS = Contents(
    (
        reception.SYSTEM,  # 一
        visits.SYSTEM,  # 一㈠3, kept with reception
        aid.SYSTEM,  # 一㈠2, kept with reception
        duty.SYSTEM,  # 一㈢, kept with reception
        first_contact.SYSTEM,  # 二
        consulting.SYSTEM,  # 一㈠1、二㈢1
        complaints.SYSTEM,  # 三
        attendance.SYSTEM,  # 六
        identity.SYSTEM,  # 五㈠1⑴
        enquiry.SYSTEM,
        manner.SYSTEM,
        housekeeping.SYSTEM,
        emergency.SYSTEM,
    ),
    default="first_contact/hello",
    person="first_contact/person",
    greeting="first_contact/greet",
    alarm="emergency/alarm",
    dangers=DANGERS,
    private=words_complaints.PRIVATE,
)
