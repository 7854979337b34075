"""The readings a centre may choose where the regulation is silent or vague; docs/readings/ asks each question."""

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class Readings:
    """Every switch with its recommended setting; a centre changes what it reads otherwise."""

    one_day_exact: str = "within"  # G2: "within" the one-day chain, or "above" it
    one_person: str = "posted"  # 6-14: headcount "posted", or "present" today
    punch_at_noon: bool = False  # 6-05: is the fingerprint also taken around lunch?
    short_leave_minutes: int = 120  # 6-05, 6-06
    reply_working_days: int = 5  # 3-10
    acceptance_day_counts: bool = False  # G3
    reminder_after_opening_minutes: int = 10  # 3-10
    notice_minutes: tuple[int, int, int, int] = (60, 30, 15, 10)  # 1-21: told, again, again, telephone; before closing
    long_gap_days: int = 4  # 1-21: so many closed days in a row earn a second reminder on the eve
    duty_pool: str = "posted_two_or_more"  # 1-01: or "all_windows"
    quiet_from: time = time(21)
    quiet_to: time = time(8)
    day_before: time = time(15)  # reminder of a booking, the day before
    window_seen_minutes: int = 60  # 1-09: working minutes until a silent window's head hears of a request
    window_answer_minutes: int = 240  # 1-09: and until the duty officer telephones the window
    arranged_per_session: int = 8  # 1-10: places a window without published times keeps for wishes in one session
    offer_lapses_minutes: int = 120  # 1-10: an offer nobody answered lapses so long before its time
    minutes_per_contact: int = 5  # 2-10: what one waiting contact takes, for the wait told to whoever calls a person
    calendar_alarm: time = time(19)  # the bell of a booking in the citizen's own calendar, the evening before
    same_morning: time = time(8)  # and on its own day
    waitlist_offer_minutes: int = 30  # 1-10: working minutes a freed place is kept for the first in line
    late_minutes: int = 15  # 1-10: so long after its time a booking still has its place in the hall's line
    missed_after_minutes: int = 15  # 1-10: nobody is noted as not come before that
    unnoted_window_mornings: int = 2  # 1-10: how often the window alone is asked for what nobody noted, before its head
    cancel_until: str = "session"  # 1-10: a booking may be cancelled until its session begins, or its "start"
    cancel_slip_minutes: int = 10  # 1-10: and in any case so long after it was made, before its time
    minutes_per_visit: int = 10  # 1-10: what one visitor takes at a window that publishes no times
    missed_means: str = "nothing"  # 1-10: or "one_open", one booking at a time, for whoever missed several
    missed_counts_from: int = 3  # 1-10: how many, within
    missed_days: int = 90  # 1-10: so many days
    errand_answer_minutes: int = 30  # 1-07: working minutes until everybody at the desk gets an errand nobody took on
    errand_minutes: int = 2100  # 1-07: working minutes until an errand is late and its window's head hears of it
    entry_holds_days: int = 180  # 2-03: how long an entry is told without being checked again
    entry_check_minutes: tuple[int, int] = (420, 420)  # 2-03: working minutes until a silent window, then its head
    entry_approver: str = "head"  # 2-03: whose word makes a change count: "head", "window" (anybody there), "approval"
