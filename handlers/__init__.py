"""The table of contents: the regulation's systems as this desk keeps them, one line each."""

from bot.contents import Contents
from handlers import attendance, complaints, enquiry, first_contact, housekeeping, identity, reception
from handlers.reception import duty

CONTENTS = Contents(
    (
        reception.SYSTEM,  # 一
        duty.SYSTEM,  # 一㈢, kept with reception
        first_contact.SYSTEM,  # 二
        complaints.SYSTEM,  # 三
        attendance.SYSTEM,  # 六
        identity.SYSTEM,  # 五㈠1⑴
        enquiry.SYSTEM,
        housekeeping.SYSTEM,
    ),
    default="first_contact/hello",
    person="first_contact/person",
    greeting="first_contact/greet",
)
