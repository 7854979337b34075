"""一㈠2: help on arrival, asked once and in one tap (1-06); what errands are opened with (1-07)."""

from bot.answers import Unread
from bot.contents import Entry, Job, System
from bot.talk import Talk
from handlers import words_aid as words
from handlers.guessing import not_found, stopped
from handlers.reception import errand_desk, errand_papers, errands, helping
from handlers.reception.hall import may
from handlers.roles import COLLEAGUES
from rules.calendar import local
from rules.helping import Need, help_refused
from storage.books import Books
from storage.reception import OPEN


def ask_help(talk: Talk, books: Books) -> None:
    """要人帮忙 YY2600001, or the next booking of theirs — which help, and nothing else (1-06)."""
    no = whose(talk, books)
    if not no:
        return
    needs = str(talk.ask("reception/help_what", reads=needs_in)).split("+")
    talk.once("note", helping.note, books, no, needs)
    talk.say("reception/help_noted", **helping.facts(books, books.reception.get(no), needs))


def whose(talk: Talk, books: Books) -> str:
    """The booking meant, while help can still be given with it; "" when that was said."""
    if talk.given("no") and stopped(talk, books):
        return ""
    named = "".join(str(talk.given("no", "")).split()).upper()
    no: str = talk.look("no", lambda: named or next_of(books, talk.person.id))
    if not no:
        talk.say("reception/help_none")
    elif not talk.look("may", lambda: may(books, talk, no)):
        not_found(talk, books, no)
    else:
        why = talk.look("refused", lambda: refused(books, no))
        if not why:
            return no
        talk.say(f"reception/help_{why}", no=no)
    return ""


def next_of(books: Books, person: str) -> str:
    """The next booking that has a time; "" without any."""
    today = local(books.now).date()
    timed = (row.no for row in books.reception.mine(person) if row.start and local(row.start).date() >= today)
    return next(timed, "")


def refused(books: Books, no: str) -> str:
    row = books.reception.get(no)
    found = help_refused(row.start, books.now)
    return found.why if found else "" if row.state in OPEN else "over"


def needs_in(text: str) -> str | Unread:
    """Own words as kinds of help; what fits none is for the officer to ask. The words themselves are not kept."""
    if not any(char.isalnum() for char in text):
        return Unread()
    return "+".join(need for need, said in words.NEEDS if said.search(text)) or Need.OTHER.value


def drop_help(talk: Talk, books: Books) -> None:
    """不用帮忙 — nothing is kept any more."""
    no = whose(talk, books)
    if no:
        talk.once("forget", books.helping.forget, no)
        talk.say("reception/help_dropped", no=no)


SYSTEM = System(
    name="aid",
    conversations={
        "reception/help": ask_help,
        "reception/no_help": drop_help,
        "reception/errand": errands.ask_errand,
        "reception/errand_caller": errand_desk.key_in,
        "reception/errand_answer": errands.answer_errand,
        "reception/errand_receive": errand_papers.receive,
        "reception/errand_move": errand_papers.move,
        "reception/errand_end": errand_papers.end,
        "reception/errand_list": errands.list_open,
        "reception/errand_withdraw": errands.withdraw,
    },
    entries=(
        Entry("reception/help", pattern=words.HELP, breaks_in=False),
        Entry("reception/no_help", pattern=words.NO_HELP, breaks_in=False),
        Entry("reception/errand_caller", pattern=words.BY_PHONE, who=COLLEAGUES),
        Entry("reception/errand_list", words=words.OPEN, who=COLLEAGUES),
        Entry("reception/errand_answer", pattern=words.ERRAND_ANSWER, who=COLLEAGUES),
        Entry("reception/errand_receive", pattern=words.RECEIVE, who=COLLEAGUES),
        Entry("reception/errand_move", pattern=words.MOVE, who=COLLEAGUES),
        Entry("reception/errand_end", pattern=words.END, who=COLLEAGUES),
        Entry("enquiry/number", pattern=words.SHOW),
        Entry("reception/errand_withdraw", pattern=words.WITHDRAW),
        Entry("reception/errand", pattern=words.ERRAND, breaks_in=False),
    ),
    timers={"reception/errand_late": errands.chase, "reception/errand_due": errands.warn},
    rechecks={
        "reception/help_stands": helping.stands,
        "reception/errand_waits": errands.waits,
        "reception/errand_open": errands.is_open,
    },
    papers={errand_desk.RECEIPT: errand_desk.receipt},
    jobs=(Job("reception/forget_help", helping.forget, cron={"hour": 0, "minute": 5}),),
)
