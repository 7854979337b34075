"""Whoever is erased is in no file any more, stays so after a restore, and the chain still holds."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from keeping_desk import PHONE, Keeper
from machine_desk import NOW

from bot.app import House
from bot.clock import StandingClock
from bot.rehearsal import Recorder
from bot.speech import Attachment, Heard
from storage import attachments
from storage.books import Books
from storage.erasing import digest_of_person

ADDRESS, OTHER = "a7f3-canary-7d01", "b8e4-somebody-else"
WHO = f"web:{ADDRESS}"
NAME, WORDS, PHOTO, EVIDENCE = "金丝雀", "雀巷7号的房子漏雨归谁管", b"\x89PNG holiday", b"\x89PNG evidence"
MARKS = (NAME, WORDS, PHONE)


class Everybody:
    """Citizens by their account; colleagues can be reached."""

    def person_of(self, channel: str, address: str) -> str:
        return f"{channel}:{address}"

    def accounts_of(self, person: str) -> list[tuple[str, str]]:
        return [("web", person.removeprefix("web:"))]


@pytest.fixture
async def told(keeper: Keeper) -> AsyncIterator[Keeper]:
    """Somebody booked, asked the unplaceable, complained with a photo, left a talk half done; another booked too."""
    house = House(keeper.url, StandingClock(NOW))
    house.add({"web": Recorder("web", house.clock, lambda said: None)})
    await house.open(Everybody())
    await house.bells.catch_up()
    count = 0

    async def hear(address: str, *texts: str, file: bytes = b"") -> None:
        nonlocal count
        for text in texts:
            count += 1
            sent = Attachment("photo", "x") if file else None
            await house.desk.hear(Heard("web", f"{address}/{count}", address, text, file=sent))
            await house.courier.drain()
        if file:
            digest = kept(keeper, file)
            await house.desk.do(lambda books: attachments.keep(books, f"{WHO}/{count}", digest))

    for who, phone in ((ADDRESS, PHONE), (OTHER, "13700000001")):
        await hear(who, "预约办护照", "明天上午", "1", phone, "提交")
    await hear(ADDRESS, WORDS, "人工", "取消")
    await hear(ADDRESS, "", file=PHOTO)
    house.clock.set(NOW + timedelta(minutes=1))
    await hear(ADDRESS, "取消", "投诉黎子涵骂人")
    await hear(ADDRESS, "", file=EVIDENCE)
    await hear(ADDRESS, NAME, PHONE, "提交", "预约办护照")
    await house.close()
    keeper.do(lambda books: books.first_contact.note(WHO, WORDS, "open"))
    yield keeper


def kept(keeper: Keeper, content: bytes) -> str:
    from bot.fetching import keep

    (keeper.data / "files").mkdir(exist_ok=True)
    return keep(content, keeper.data / "files")


def close_complaint(keeper: Keeper) -> None:
    def close(books: Books) -> None:
        books.complaints.answer("TS2600001", "已处理")
        books.complaints.close("TS2600001", "unfounded", "", "已答复")

    keeper.do(close)


def shown(keeper: Keeper) -> list[str]:
    """Which of the marked words any file still holds, with the file; evidence and complaint stay in the register."""
    return [f"{mark} in {name}" for mark in (*MARKS, PHOTO.decode("latin1")[1:]) for name in keeper.holds(mark)]


def test_the_words_are_there_before(told: Keeper) -> None:
    """What is looked for afterwards can be found."""
    assert all(told.holds(mark) for mark in MARKS)
    assert len(told.rows("SELECT 1 FROM attachment")) == 2
    assert told.rows("SELECT name, phone FROM complainant") == [(NAME, PHONE)]


def test_everything_that_may_go_goes_and_the_chain_holds(told: Keeper, capsys: pytest.CaptureFixture[str]) -> None:
    close_complaint(told)
    assert told.verify() == 0
    assert told.erase("TS2600001") == 0
    said = capsys.readouterr().out
    assert "投诉登记" in said
    assert "审计记录" in said
    assert shown(told) == []
    assert told.verify() == 0
    named = ("sitting", "shown", "put_aside", "outbox", "attachment", "booking", "contact", "given", "complainant")
    for table in named:
        assert told.rows(f"SELECT 1 FROM {table} WHERE person = '{WHO}'") == [], table
    assert told.rows("SELECT text FROM outbox WHERE text != '' AND person LIKE 'erased-%'") == []
    assert told.rows(f"SELECT 1 FROM outbox WHERE key LIKE '%{ADDRESS}%' OR address = '{ADDRESS}'") == []
    assert told.rows(f"SELECT 1 FROM inbox WHERE id LIKE '%{ADDRESS}%'") == []


def test_what_must_be_kept_is_kept_without_the_name(told: Keeper) -> None:
    close_complaint(told)
    before = told.rows("SELECT no, content, people, state FROM complaint")
    assert told.erase(WHO) == 0
    assert told.rows("SELECT no, content, people, state FROM complaint") == before
    ((person, name, phone),) = told.rows("SELECT person, name, phone FROM complainant")
    assert (person.startswith("erased-"), name, phone) == (True, "", "")
    ((evidence,),) = told.rows("SELECT evidence FROM complaint")
    ((attachment, digest),) = told.rows("SELECT id, digest FROM attachment")
    assert attachment in evidence
    assert (told.data / "files" / digest).read_bytes() == EVIDENCE
    assert [p.name for p in (told.data / "files").iterdir()] == [digest]


def test_others_keep_all_they_have(told: Keeper) -> None:
    def theirs() -> list[list[tuple[object, ...]]]:
        tables = ("booking", "contact", "given", "outbox", "shown")
        return [told.rows(f"SELECT * FROM {table} WHERE person = 'web:{OTHER}'") for table in tables]

    before = theirs()
    assert told.erase(WHO) == 0
    assert theirs() == before


def test_while_the_complaint_is_open_its_complainant_can_be_reached(told: Keeper) -> None:
    assert told.erase(WHO) == 0
    assert told.rows("SELECT person, name, phone FROM complainant") == [(WHO, NAME, PHONE)]
    close_complaint(told)
    assert told.erase(WHO) == 0
    assert shown(told) == []
    assert told.verify() == 0


def test_the_erased_stay_erased_after_an_older_backup_came_back(told: Keeper) -> None:
    close_complaint(told)
    assert told.backup() == 0
    assert told.erase(WHO) == 0
    marks = (told.backups / "erased").read_text()
    assert len(marks.splitlines()) == 1
    assert [word for word in (*MARKS, ADDRESS) if word in marks] == []
    assert digest_of_person(WHO, told.key()) in marks
    assert told.restore() == 0
    for aside in told.data.glob("*.before*"):
        aside.unlink()
    assert shown(told) == []
    assert told.verify() == 0
    assert told.rows(f"SELECT 1 FROM booking WHERE person = '{WHO}'") == []


def test_who_comes_back_afterwards_is_not_erased_again(told: Keeper) -> None:
    """A mark takes out what was there before it, not what the person brought since."""
    close_complaint(told)
    assert told.backup() == 0
    assert told.erase(WHO) == 0
    assert told.restore() == 0
    told.do(lambda books: books.first_contact.note(WHO, "again", "answered"))
    assert told.backup() == 0
    assert told.restore() == 0
    assert told.rows(f"SELECT matter FROM contact WHERE person = '{WHO}'") == [("again",)]


def test_an_erase_that_only_the_books_know_joins_the_list(told: Keeper) -> None:
    """Killed after the commit on another disk: the next backup writes it down."""
    assert told.erase(WHO) == 0
    (told.backups / "erased").unlink()
    assert told.backup() == 0
    assert digest_of_person(WHO, told.key()) in (told.backups / "erased").read_text()


def test_one_is_asked_first_and_staff_and_strangers_are_refused(told: Keeper) -> None:
    before = told.rows("SELECT person, phone FROM booking")
    assert told.erase(WHO, yes=False) == 1
    assert told.erase("BH022") == 1
    assert told.erase("13999999999") == 1
    told.do(lambda books: books.execute(_same_phone()))
    assert told.erase(PHONE) == 1, "two people left this number"
    assert [row[0] for row in told.rows("SELECT person, phone FROM booking")] == [row[0] for row in before]


def _same_phone() -> object:
    from storage.reception import booking

    return sa.update(booking).values(phone=PHONE)


def test_who_complained_anonymously_is_taken_out_as_well(told: Keeper, capsys: pytest.CaptureFixture[str]) -> None:
    def seal(books: Books) -> None:
        from storage.complaints import complainant

        values = {"person": books.seal.close(WHO), "name": ""}
        books.execute(sa.update(complainant).values(values))
        books.record("sealed", complainant, "TS2600001", actor="")

    told.do(seal)
    close_complaint(told)
    assert told.backup() == 0
    assert told.erase("TS2600001", yes=False) == 1
    assert ADDRESS not in capsys.readouterr().err, "asking does not tell who it was"
    assert told.erase("TS2600001") == 0
    assert shown(told) == []
    assert told.rows("SELECT person FROM complainant")[0][0].startswith("erased-")
    assert told.restore() == 0
    assert told.rows("SELECT person FROM complainant")[0][0].startswith("erased-")
    assert told.verify() == 0


def test_no_table_that_names_people_is_forgotten() -> None:
    """A new one is either taken out of by `storage.erasing`, or stands here with its reason."""
    from storage.erasing import PEOPLE
    from storage.schema import metadata

    colleagues = {"account", "code", "request"}  # bound and unbound by the roster; slips are kept (六)
    tries = {"guess"}  # by its column `account`
    naming = {t.name for t in metadata.tables.values() if {"person", "phone", "account"} & set(t.c.keys())}
    assert naming == {table.name for table in PEOPLE} | colleagues | tries


def test_who_waits_leaves_the_line_first(keeper: Keeper) -> None:
    """A place given back must not be kept for the one who is going."""

    def wait(books: Books) -> None:
        from storage.waitlist import waiting

        values = {"no": "HB2600001", "person": WHO, "item": "pp_new", "window": "chujing", "opens": NOW, "phone": PHONE,
                  "closes": NOW + timedelta(hours=3), "form": "chat", "entered_by": WHO, "made": NOW,
                  "state": "waiting"}  # fmt: skip
        books.execute(sa.insert(waiting).values(values))
        books.record("waits", waiting, "HB2600001")

    keeper.do(wait)
    assert keeper.erase(WHO) == 0
    assert keeper.rows("SELECT state, phone FROM waiting") == [("left", "")]
    assert keeper.verify() == 0


def test_looking_changes_nothing(told: Keeper) -> None:
    told.do(lambda books: books.complaints.see("TS2600001", "BH004"))
    assert told.verify() == 0
