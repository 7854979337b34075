"""The clerks of the systems, each made when it is first asked for."""

from functools import cached_property
from typing import TYPE_CHECKING, cast

from storage.arranging import Arranging
from storage.attendance import Attendance
from storage.complaints import Complaints
from storage.consulting import Consulting
from storage.duty import Duty
from storage.errands import Errands
from storage.first_contact import FirstContact
from storage.guesses import Guesses
from storage.hall import Hall
from storage.helping import Helping
from storage.housekeeping import Housekeeping
from storage.manner import Manners
from storage.openings import Openings
from storage.reception import Reception
from storage.requests import Requests
from storage.roster import Roster
from storage.timers import Timers
from storage.together import Together
from storage.waitlist import Waitlist
from storage.wording import Wordings

if TYPE_CHECKING:
    from storage.books import Books


class Clerks:
    """What Books offer by a system's name."""

    @property
    def _books(self) -> "Books":
        return cast("Books", self)

    @cached_property
    def roster(self) -> Roster:
        return Roster(self._books)

    @cached_property
    def together(self) -> Together:
        return Together(self._books)

    @cached_property
    def first_contact(self) -> FirstContact:
        return FirstContact(self._books)

    @cached_property
    def manners(self) -> Manners:
        return Manners(self._books)

    @cached_property
    def guesses(self) -> Guesses:
        return Guesses(self._books)

    @cached_property
    def wordings(self) -> Wordings:
        return Wordings(self._books)

    @cached_property
    def consulting(self) -> Consulting:
        return Consulting(self._books)

    @cached_property
    def reception(self) -> Reception:
        return Reception(self._books)

    @cached_property
    def waitlist(self) -> Waitlist:
        return Waitlist(self._books)

    @cached_property
    def openings(self) -> Openings:
        return Openings(self._books)

    @cached_property
    def hall(self) -> Hall:
        return Hall(self._books)

    @cached_property
    def helping(self) -> Helping:
        return Helping(self._books)

    @cached_property
    def errands(self) -> Errands:
        return Errands(self._books)

    @cached_property
    def arranging(self) -> Arranging:
        return Arranging(self._books)

    @cached_property
    def duty(self) -> Duty:
        return Duty(self._books)

    @cached_property
    def complaints(self) -> Complaints:
        return Complaints(self._books)

    @cached_property
    def requests(self) -> Requests:
        return Requests(self._books)

    @cached_property
    def attendance(self) -> Attendance:
        return Attendance(self._books)

    @cached_property
    def housekeeping(self) -> Housekeeping:
        return Housekeeping(self._books)

    @cached_property
    def timers(self) -> Timers:
        return Timers(self._books)
