"""Every clause of the regulation and what the desk does about it; what the rules put in force is found, not claimed."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

# Imported so that every rule has entered itself in CLAUSES.
from rules import (
    arranging,
    attendance,
    complaints,
    consulting,
    errands,
    first_contact,
    hall,
    helping,
    openings,
    people,
    reception,
    together,
    waitlist,
)
from rules.clause import CLAUSES

RULE_MODULES = (
    arranging,
    attendance,
    complaints,
    consulting,
    errands,
    first_contact,
    hall,
    helping,
    openings,
    people,
    reception,
    together,
    waitlist,
)

# Written and tested, but nothing at the desk asks them yet: they put nothing in force.
NOT_ASKED: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """One clause: where it stands, what it obliges, and a verdict with its reason where no rule carries it."""

    id: str
    reference: str
    duty: str
    left: str = "planned"
    reason: str = ""

    @property
    def verdict(self) -> str:
        """`in force`, `said` (a template carries it), `left to people` or `planned`."""
        return "in force" if any(rule.__name__ not in NOT_ASKED for rule in CLAUSES.get(self.id, ())) else self.left


# id | reference | duty | verdict where no rule carries it | reason
_TABLE = """
1-01 | 一 | one officer on the information desk every working day
1-02 | 一 | windows help the desk when it asks
1-03 | 一㈠1⑴ | every enquirer is received, told the policy, led and given the papers
1-04 | 一㈠1⑵ | a proper, clear, patient manner | left to people | manner is seen, not measured
1-05 | 一㈠1⑶ | whom the desk cannot answer it leads to the window or section
1-06 | 一㈠2⑴ | the frail and disabled are offered help unasked, their matter done for them
1-07 | 一㈠2⑵ | others who ask for it have their matter done for them with the window
1-08 | 一㈠3⑴ | a booking is registered first: matter and phone, with a first answer
1-09 | 一㈠3⑵ | the desk contacts the window about the booking
1-10 | 一㈠3⑵ | the window agrees the time and the papers to bring
1-11 | 一㈠3⑶ | the window reports back to the desk
1-12 | 一㈠4⑴ | lapses of manner and discipline are noticed and dissuaded on the spot
1-13 | 一㈠4⑵ | the officer joins the supervision section's daily inspection
1-14 | 一㈠4⑶ | the officer helps the guards stop smoking, spitting and damage
1-15 | 一㈡1 | the desk and the rating stand are clean and in order
1-16 | 一㈡2,3 | posture; no unrelated reading | left to people | posture is seen by inspectors
1-17 | 一㈡4 | the three courtesies on meeting, on enquiry and on leaving | said | the templates use them word for word
1-18 | 一㈢1 | come 15 minutes early, leave 15 minutes late
1-19 | 一㈢1 | doors, windows, water, power and computers are checked at closing
1-20 | 一㈢2 | four kinds of notes are kept each duty day, true and detailed
1-21 | 一㈢3 | today's officer tells the next working day's to prepare
1-22 | 一㈢3 | the record book is handed over
2-01 | 二㈠ | the first person met stays responsible and follows the matter to its end
2-02 | 二㈡ | every colleague is a first-contact owner
2-03 | 二㈢1 | own matter: handled, with all procedures and papers told at once
2-04 | 二㈢1 | missing papers are explained; problems recorded, reported and fed back
2-05 | 二㈢2 | another window's or section's matter: told or led there
2-06 | 二㈢3 | a matter outside the centre: the specific body and its address are given
2-07 | 二㈢4 | undetermined: led to the desk or the approval section
2-08 | 二㈢5 | a report or complaint is led to the supervision section
2-09 | 二㈢6 | no excuses; the owner's name is given when asked
2-10 | 二㈢7 | letters, calls and network contacts are recorded and handled or passed on
2-11 | 二㈣ | performance enters the assessment; proven breaches have consequences
3-01 | 三㈠ | the supervision section accepts complaints
3-02 | 三㈡ | five subjects: lawfulness, quality, efficiency, ability, style
3-03 | 三㈢ | spoken, written, phone, fax and network complaints are all accepted
3-04 | 三㈢ | grave matters are asked for in writing
3-05 | 三㈣1 | whoever is in charge answers; facts first; both sides' rights are kept
3-06 | 三㈣2 | content, accused, unit, complainant and phone go on the complaint form
3-07 | 三㈣3 | an investigation is organised in time
3-08 | 三㈣3 | what can be answered on the spot is
3-09 | 三㈣3 | otherwise the complainant is told it will be investigated | said | the receipt: number, office, due date
3-10 | 三㈣3 | an answer within five working days of acceptance
3-11 | 三㈣3 | a delay is told to the complainant in time, with its reason
3-12 | 三㈣3 | the case is followed until it is finished
3-13 | 三㈣4 | the sections and windows concerned cooperate
3-14 | 三㈣4 | what a section cannot settle goes to the leader in charge
3-15 | 三㈣5 | the answer's form follows the complaint's; written ones in writing
3-16 | 三㈣6 | the papers are archived
3-17 | 三㈣6 | the result counts in assessment and improvement
3-A | 三㈣1,3 | progress, added evidence, withdrawal, a second look
3-B | 三 | complaints about one incident are linked, each answered
3-C | 三 | the accused never sees or steers the complaint
3-D | 三 | the complainant stays confidential
4-01 | 四㈠ | four kinds of agenda
4-02 | 四㈡ | leaders, section heads and window heads attend
4-03 | 四㈢1 | a weekly meeting every Friday afternoon
4-04 | 四㈢1 | a monthly meeting on the afternoon of the 25th
4-05 | 四㈢1 | on a holiday it moves to the day before
4-06 | 四㈢1 | quarterly meetings are set separately; a leader chairs
4-07 | 四㈢2 | grave matters come in five copies by 10:00 that day
4-08 | 四㈢3 | the windows that report are chosen and told
4-09 | 四㈢3 | a written report from each window every month
4-10 | 四㈢4 | the office signs people in and keeps the minutes
4-11 | 四㈢5 | the meeting's decisions are carried out
5-01 | 五㈠1⑴ | own account only, own rights only, never in another's name
5-02 | 五㈠1⑵ | business data entered correctly and in time | left to people | the business system is another one
5-03 | 五㈠1⑶ | system notices are handled and passed on in the window
5-04 | 五㈠1⑷-⑹ | no tampering, unlawful content, chat or games | left to people | use of a computer is inspected
5-05 | 五㈠1⑺⑻ | systems are left properly and power cut after work
5-06 | 五㈠2⑴ | dedicated machines, not lent | left to people | who sits at a machine is inspected
5-07 | 五㈠2⑵ | window computers stay off the outside network; exceptions in writing
5-08 | 五㈠2⑶ | no strangers in the control room
5-09 | 五㈡1⑴ | the computer administrator maintains the system
5-10 | 五㈡1⑵ | major maintenance only by an approved plan, with a ledger
5-11 | 五㈡1⑶ | no changes to machines without the administrator, no outside repairers
5-12 | 五㈡1⑷ | devices, drivers and warranties are kept
5-13 | 五㈡1⑸ | window units pay their repairs
5-14 | 五㈡2,3⑴ | periodic upkeep and virus checks
5-15 | 五㈡3⑵ | faults go to the administrator, then to the supplier, with a ledger
5-16 | 五 | breaches are dealt with, losses made good
6-01 | 六㈠ | attendance by fingerprint, on time
6-02 | 六㈡ | going out: consent, then reason, place and contact at the desk
6-03 | 六㈡ | out more than half a day: filed with supervision
6-04 | 六㈢ | nobody leaves the post without permission
6-05 | 六㈢1 | window staff up to two hours: the head consents, form at the desk
6-06 | 六㈢1 | one-person window up to two hours: phone next door, the duty officer consents
6-07 | 六㈢1 | up to one day: a slip; the head, for heads supervision
6-08 | 六㈢2 | above one day: head then supervision; heads and managers by the deputy
6-09 | 六㈢2 | in an emergency the phone first, proof and slip afterwards
6-10 | 六㈢3 | recall by the home bureau: the deputy consents, supervision tells
6-11 | 六㈢4 | field work on its own form counts as a working day
6-12 | 六㈣ | outside training, once confirmed, is official leave
6-13 | 六㈤ | the head arranges the absent one's work
6-14 | 六㈤ | one-person unit, half a day or more: the stand-in first
6-15 | 六㈥ | the stand-in's faults fall under the window's assessment
6-16 | 六㈦ | leave counts in the monthly assessment
6-A | 六 | coming back from leave, extending it, cutting it short
6-B | 六 | leave that collides with duty, inspection or bookings is shown
7-01 | 七㈠ | ten subjects are inspected
7-02 | 七㈡ | a deputy leads, heads take turns, supervision records
7-03 | 七㈢ | at least one full check a week
7-04 | 七㈢ | spot checks in any form
7-05 | 七㈣1 | a head who is away names who takes part
7-06 | 七㈣2 | inspectors are serious and fair
7-07 | 七㈣3 | handed over before closing on Friday
8-01 | 八㈠ | everybody minds security | left to people | an attitude
8-02 | 八㈡ | a security committee, full-time guards, a network
8-03 | 八㈡ | the guards are assessed every month
8-04 | 八㈢ | guards check daily and report problems
8-05 | 八㈣ | electrical and fire gear is checked often
8-06 | 八㈤ | cash above 2000 yuan goes to the bank, the rest into the safe
8-07 | 八㈥ | plant rooms: procedure, ledger, no strangers, locked
8-08 | 八㈦ | drivers keep the rules and the vehicles
8-09 | 八㈧ | precautions, an inventory, and a named checker of each place
8-10 | 八㈨ | parking in order; no outside vehicles overnight without consent
8-11 | 八㈩ | guards keep strangers out of the window area
8-12 | 八(十一) | a gate pass before public property leaves
8-13 | 八(十二) | visitors are taught order | left to people | education happens in the hall
8-14 | 八(十三) | checks, published results, rectification
9-01 | 九㈠ | clean habits | left to people | habits are seen by inspectors
9-02 | 九㈡ | ten minutes early; small clean daily, big clean weekly
9-03 | 九㈢ | public areas are kept clean
9-04 | 九㈣ | no smoking; visitors stopped politely | left to people | stopped by whoever stands there
9-05 | 九㈤ | a weekly hygiene check enters the assessment
10-01 | 十㈠ | what is to be filed
10-02 | 十㈡ | a named custodian; periodic transfer to the home bureau
10-03 | 十㈢ | loans and copies: consent, registration, return in time
10-04 | 十㈢ | returned files are checked
10-05 | 十㈣ | nine protections of the archive
11-01 | 十一㈠㈡ | study sessions are attended
11-02 | 十一㈢ | the office plans and records study
11-03 | 十一㈣ | supervision calls the roll
11-04 | 十一㈤ | own study notebooks, checked
11-05 | 十一㈥ | absence asked beforehand and filed; unexcused counts half a day
12-01 | 十二㈠ | three kinds of requests and reports
12-02 | 十二㈡ | level by level, the section head first
12-03 | 十二㈡ | beyond his power, the deputy, who may ask the director
12-04 | 十二㈢ | windows may go straight to the deputy
12-05 | 十二㈡ | instructions are acted on
12-06 | 十二㈣ | grave requests to superiors: deputy and director first
12-07 | 十二㈣ | a superior's reply is reported to both
12-08 | 十二㈣ | outside meetings are reported back
12-09 | 十二㈣ | grave events are reported at any time
12-10 | 十二㈤ | answers are clear; an interim one is followed by the final
12-11 | 十二㈥ | important requests in writing, archived afterwards
"""


def _row(line: str) -> Row:
    return Row(*(cell.strip() for cell in line.split("|")))


REGISTER: Mapping[str, Row] = MappingProxyType({row.id: row for row in map(_row, _TABLE.strip().splitlines())})
