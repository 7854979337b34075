"""五㈠1⑴: one chat account, one colleague, by a one-time code."""

from bot.contents import Entry, System
from bot.talk import Talk
from handlers import words
from handlers.roles import ADMINISTRATORS, COLLEAGUES
from rules.clause import Refusal
from rules.people import Person, Role
from storage.books import Books, Reply
from storage.schema import stamp

CITIZENS = frozenset({Role.CITIZEN})


def bind(talk: Talk, books: Books) -> None:
    """绑定 编码 — this account is that colleague's from now on (5-01)."""
    reply = books.reply
    assert reply is not None
    person = talk.once("bind", redeem, books, reply, talk.given("code").upper())
    if isinstance(person, Refusal):
        talk.say("identity/refused", why=person.why)
    else:
        talk.say("identity/bound", colleague=person, unit=books.centre.unit_name(person.unit))


def redeem(books: Books, reply: Reply, given: str) -> Person | Refusal:
    """Bind, and tell whoever handed the code out: a stolen code does not stay unnoticed."""
    issuer = books.roster.issuer_of(given)
    found = books.roster.redeem(reply.channel, reply.address, given)
    if not isinstance(found, Refusal):
        told = [issuer] if issuer in books.centre.staff else [admin.id for admin in books.centre.administrators()]
        for person in told:
            key = f"bound:{reply.channel}:{books.seal.mark(reply.address)[:12]}:{stamp(books.now)}:{person}"
            books.outbox.post(person, "identity/bound_told", key, calls="", colleague=found, channel=reply.channel)
    return found


def issue_code(talk: Talk, books: Books) -> None:
    """发编码 工号 — the administrator hands out a one-time code."""
    colleague = books.centre.person(talk.given("id").upper())
    if colleague is None:
        talk.say("identity/unknown", id=talk.given("id"))
        return
    code = talk.once("code", books.roster.new_code, colleague.id, talk.person.id)
    talk.say("identity/code", code=code, colleague=colleague)


def unbind(talk: Talk, books: Books) -> None:
    """解除绑定 — asked once more; then this account is nobody's again."""
    assert books.reply is not None
    if talk.ask("identity/unbind_sure") == "keep":
        talk.say("identity/unbind_kept")
        return
    talk.once("unbind", books.roster.unbind, books.reply.channel, books.reply.address)
    talk.say("identity/unbound")


def staff_word(talk: Talk, books: Books) -> None:
    """A colleague's word from an account that is nobody's: how to bind it (5-01)."""
    books.note_line("denied", "identity/staff_word", "")
    talk.say("identity/staff_word", word=talk.given("word"))


SYSTEM = System(
    name="identity",
    conversations={
        "identity/bind": bind,
        "identity/code": issue_code,
        "identity/unbind": unbind,
        "identity/staff_word": staff_word,
    },
    entries=(
        Entry("identity/bind", pattern=words.BIND),
        Entry("identity/code", pattern=words.ISSUE_CODE, who=ADMINISTRATORS),
        Entry("identity/staff_word", pattern=words.STAFF_WORD, who=CITIZENS, breaks_in=False),
        Entry("identity/unbind", words=words.UNBIND, who=COLLEAGUES),
    ),
)
