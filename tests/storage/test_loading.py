"""A centre's folder is taken over whole or not at all, and everything wrong in it is named."""

import shutil
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from storage_desk import EXAMPLE, Desk

from bot.templates import Words
from rules.calendar import ZONE
from rules.people import Role
from storage.audit import Head
from storage.catalogue import Centre, account, fact, rota, staff
from storage.loading import BadCentre, digest_of_folder, load_folder, write_centre

MONDAY = date(2026, 11, 23)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The example centre, to be spoilt."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "centre"))


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def wrong(folder: Path) -> list[tuple[str, int, str, str]]:
    with pytest.raises(BadCentre) as bad:
        load_folder(folder)
    return [(row.file, row.line, row.reason, row.value) for row in bad.value.rows]


def load(desk: Desk, folder: Path = EXAMPLE) -> Centre:
    loaded = load_folder(folder)
    desk.do(lambda books: write_centre(books, loaded))
    return desk.centre


def test_the_example_is_read_whole(desk: Desk) -> None:
    centre = load(desk)
    assert (len(centre.windows), len(centre.items), len(centre.elsewhere)) == (42, 210, 54)
    assert (len(centre.staff), len(centre.rota), len(centre.sections)) == (99, 29, 6)
    assert centre.items["id_lost"].materials == ("户口簿", "本人到场")
    assert next(iter(centre.windows)) == "zixun"
    assert centre.calendar.closing(MONDAY).time() == time(17, 30)
    assert dict(centre.emergency)["报警"] == "110"
    assert (centre.readings.quiet_from, centre.readings.quiet_to) == (time(21), time(8))
    assert load_folder(EXAMPLE).warnings == ()
    assert desk.faults() == []


def test_what_the_tables_hold_is_what_the_folder_says(desk: Desk) -> None:
    held = load(desk)
    bare = {key: replace(item, version=None) for key, item in held.items.items()}
    assert replace(held, items=bare) == load_folder(EXAMPLE).centre
    assert {(item.version.number, item.version.by_load) for item in held.items.values()} == {(1, True)}


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("items.yaml", "window: huji", "window: nowhere", (2, "unknown_window", "nowhere")),
        ("items.yaml", "  name: 居民身份证首次申领\n", "", (2, "missing", "name")),
        ("items.yaml", "promised_working_days: 20", "promised_working_days: soon",
         (2, "not_number", "promised_working_days")),
        ("items.yaml", "- id: id_renew", "- id: id_first", (17, "twice", "id_first")),
        ("items.yaml", "  name: 居民身份证首次申领", "  name: 甲\n  name: 乙", (2, "field_twice", "name")),
        ("windows.yaml", "one_person: false", "one_person: perhaps", (2, "not_yes_no", "one_person")),
        ("windows.yaml", "number: '0'", "number: 0", (2, "not_text", "number")),
        ("windows.yaml", "booking: none", "booking: sometimes", (2, "unknown_booking", "sometimes")),
        ("windows.yaml", "  slot_minutes: 30\n", "", (11, "missing", "slot_minutes")),
        ("windows.yaml", "places_per_slot: 4", "places_per_slot: 0", (11, "missing", "places_per_slot")),
        ("staff.yaml", "role: director", "role: king", (2, "unknown_role", "king")),
        ("staff.yaml", "role: director", "role: citizen", (2, "unknown_role", "citizen")),
        ("staff.yaml", "unit: leadership", "unit: cellar", (2, "unknown_unit", "cellar")),
        ("staff.yaml", "  - ducha", "  - cellar", (6, "unknown_unit", "cellar")),
        ("staff.yaml", "role: section_head\n  unit: ducha", "role: section_staff\n  unit: ducha",
         (1, "no_supervision_head", "")),
        ("rota.yaml", "officer: BH022", "officer: BH999", (2, "unknown_person", "BH999")),
        ("rota.yaml", "stand_by: BH059", "stand_by: BH999", (2, "unknown_person", "BH999")),
        ("rota.yaml", "2026-11-23", "2026-11-31", (2, "not_day", "date")),
        ("rota.yaml", "2026-11-24", "2026-11-23", (5, "twice", "2026-11-23")),
        ("centre.yaml", "am: 08:30-12:00", "am: 8:30-12:00", (2, "bad_sessions", "")),
        ("centre.yaml", "pm: 14:00-17:30", "pm: 11:00-17:30", (2, "bad_sessions", "")),
        ("centre.yaml", "quiet_hours: 21:00-08:00", "quiet_hours: nights", (2, "bad_value", "quiet_hours")),
        ("centre.yaml", "open_per_person: 3", "open_per_person: few", (2, "bad_value", "booking")),
        ("centre.yaml", "timezone:", "closures: ['2026-13-01']\ntimezone:", (2, "not_day", "closures")),
        ("centre.yaml", "phone: '110'", "phone: 110", (31, "not_text", "phone")),
        ("elsewhere.yaml", "  place: 交警大队违法处理点(地址示例)", "  place: [a", (6, "not_yaml", "")),
    ],
    ids=lambda value: str(value[1:]) if isinstance(value, tuple) else None,
)  # fmt: skip
def test_a_bad_row_is_named(folder: Path, file: str, old: str, new: str, expected: tuple[int, str, str]) -> None:
    spoil(folder, file, old, new)
    assert (file, *expected) in wrong(folder)


def test_every_bad_row_is_named_at_once(folder: Path) -> None:
    spoil(folder, "items.yaml", "window: huji", "window: nowhere")
    spoil(folder, "staff.yaml", "role: director", "role: king")
    (folder / "elsewhere.yaml").unlink()
    assert {row[0] for row in wrong(folder)} == {"items.yaml", "staff.yaml", "elsewhere.yaml"}


@pytest.mark.parametrize("text", ["", "42", "- 1\n- [a]", "a: b", "? [a]\n: b", "\t", "- id: [x]", "- &a [*a]", "\x00"])
@pytest.mark.parametrize("file", ["centre.yaml", "windows.yaml", "staff.yaml", "rota.yaml"])
def test_nonsense_is_a_bad_row_not_a_crash(folder: Path, file: str, text: str) -> None:
    (folder / file).write_text(text, encoding="utf-8")
    assert file in {row[0] for row in wrong(folder)}


def test_an_officer_outside_the_pool_is_only_a_warning(folder: Path) -> None:
    """1-01: windows posted with two or more, unless the centre lets every window serve."""
    alone = next(w.id for w in load_folder(folder).centre.windows.values() if w.one_person)
    officer = load_folder(folder).centre.colleagues_of(alone)[0].id
    spoil(folder, "rota.yaml", f"officer: {load_folder(folder).days[MONDAY].officer}", f"officer: {officer}")
    assert [(row.file, row.reason, row.value) for row in load_folder(folder).warnings] == [
        ("rota.yaml", "not_in_pool", officer)
    ]
    with (folder / "centre.yaml").open("a", encoding="utf-8") as own:
        own.write("\nreadings:\n  duty_pool: all_windows\n")
    assert load_folder(folder).warnings == ()


def test_a_headcount_that_belies_the_file_is_only_a_warning(folder: Path) -> None:
    spoil(folder, "windows.yaml", "number: 1-3\n  floor: 1\n  phone: 000-00000001\n  one_person: false",
          "number: 1-3\n  floor: 1\n  phone: 000-00000001\n  one_person: true")  # fmt: skip
    spoil(folder, "staff.yaml", "  name: 丁宏伟", "  name: 丁宏伟\n  nickname: 老丁")
    assert [(row.line, row.reason, row.value) for row in load_folder(folder).warnings] == [
        (11, "headcount", "huji 3"),
        (2, "unread", "nickname"),
    ]


def test_the_administrator_reads_plain_words(folder: Path) -> None:
    spoil(folder, "items.yaml", "window: huji", "window: nowhere")
    with pytest.raises(BadCentre) as bad:
        load_folder(folder)
    assert [row.said(Words()) for row in bad.value.rows] == ["items.yaml 第2行:没有窗口 nowhere"]


def test_loading_again_changes_nothing_but_has_the_desk_look(desk: Desk) -> None:
    before, version = load(desk), desk.shelf.version
    head: Head = desk.shelf.chain.head
    assert load(desk) == before
    assert desk.shelf.chain.head == head
    assert desk.shelf.version == version + 1


def test_facts_are_replaced_and_what_is_gone_is_gone(desk: Desk, folder: Path) -> None:
    load(desk)
    spoil(folder, "items.yaml", "fee: 20元", "fee: 25元")
    text = (folder / "elsewhere.yaml").read_text(encoding="utf-8")
    (folder / "elsewhere.yaml").write_text(text[: text.index("- id: police_case")], encoding="utf-8")
    centre = load(desk, folder)
    assert centre.items["id_renew"].fee == "25元"
    assert list(centre.elsewhere) == ["traffic_fine"]
    assert desk.faults() == []


def without_guard(folder: Path) -> Path:
    spoil(folder, "staff.yaml", "- id: BH018\n  name: 马小红\n  role: guard\n  unit: security\n", "")
    return folder


def test_who_has_left_is_named_but_cannot_act(desk: Desk, folder: Path) -> None:
    load(desk)
    desk.do(lambda books: books.roster.bind("web", "tab", "BH018"))
    code = desk.do(lambda books: books.roster.new_code("BH018", "BH014"))
    centre = load(desk, without_guard(folder))
    left = centre.person("BH018")
    assert left is not None
    assert (left.name, left.role, left.unit) == ("马小红", Role.CITIZEN, "")
    assert centre.named("马小红") == ()
    assert centre.accounts == {}
    assert desk.do(lambda books: books.roster.redeem("web", "tab", code)).why == "wrong_code"
    assert load(desk).staff["BH018"].role == Role.GUARD
    assert desk.faults() == []


def test_all_or_nothing(desk: Desk, folder: Path) -> None:
    before, loaded = load(desk), load_folder(without_guard(folder))

    def fail_after(books: Any) -> None:
        write_centre(books, loaded)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        desk.do(fail_after)
    assert desk.centre == before


def test_days_the_file_does_not_list_keep_their_officers(desk: Desk) -> None:
    load(desk)
    desk.do(lambda books: books.roster.put_on_duty(date(2026, 10, 10), "BH031"))
    centre = load(desk)
    assert centre.rota[date(2026, 10, 10)].officer == "BH031"
    assert centre.rota[MONDAY].stand_by == "BH059"


@pytest.mark.parametrize("table", [fact, staff, rota, account])
def test_a_row_changed_behind_the_desk_is_found(desk: Desk, table: sa.Table) -> None:
    load(desk)
    desk.do(lambda books: books.roster.bind("web", "tab", "BH018"))
    column = {"fact": "position", "staff": "role", "rota": "officer", "account": "person"}[table.name]
    desk.connection.execute(sa.update(table).values({column: 9999 if column == "position" else "BH001"}))
    assert desk.faults()


def test_who_stands_where(desk: Desk) -> None:
    centre = load(desk)
    names = [centre.head_of("huji"), centre.head_of("ducha"), centre.supervision_head(), centre.director()]
    assert [person.id for person in names if person] == ["BH022", "BH004", "BH004", "BH001"]
    assert (centre.posted("huji"), centre.is_window("huji"), centre.is_window("ducha")) == (3, True, False)
    assert (centre.unit_name("huji"), centre.unit_name("office"), centre.unit_name("x")) == (
        "公安户籍窗口",
        "办公室",
        "",
    )
    above = [centre.supervisor_of(unit) for unit in ("huji", "office", "security")]
    assert [person.id for person in above if person] == ["BH002", "BH003", "BH001"]  # G7: the director where none does
    assert [person.id for person in centre.administrators()] == ["BH014"]


def test_next_door_is_the_next_number_on_the_floor(desk: Desk) -> None:
    centre = load(desk)
    by_number = {(w.floor, w.number): w.id for w in centre.windows.values()}
    ordinary, last = centre.neighbour_of(by_number[3, "4"]), centre.neighbour_of(by_number[3, "18"])
    assert ordinary and ordinary.number == "5-6"  # 5-6 follows 4, whatever the alphabet says of 11
    assert last and last.number == "17"  # B2 is the supervision section's door
    alone = Centre(windows={"huji": centre.windows["huji"]})
    assert alone.neighbour_of("huji") is None


@pytest.mark.parametrize(
    ("day", "absent", "officer"),
    [
        (MONDAY, (), "BH022"),
        (MONDAY, ("BH022",), "BH059"),
        (MONDAY, ("BH022", "BH059"), "BH004"),
        (date(2027, 3, 1), (), "BH004"),
        (date(2027, 3, 1), ("BH004",), "BH005"),
    ],
)
def test_there_is_always_an_officer(desk: Desk, day: date, absent: tuple[str, ...], officer: str) -> None:
    assert load(desk).officer_on(day, frozenset(absent)).id == officer


def test_out_of_hours_the_next_working_day_answers(desk: Desk) -> None:
    centre = load(desk)
    friday_night = datetime(2026, 11, 27, 20, 0, tzinfo=ZONE)
    assert centre.officer_now(friday_night).id == "BH027"
    assert {"BH027", "BH064", "BH004"} <= centre.on_desk(friday_night)


def test_an_empty_centre_has_nobody_on_duty() -> None:
    with pytest.raises(LookupError):
        Centre.empty().officer_on(MONDAY)


def test_the_books_know_the_folder_they_hold(desk: Desk, folder: Path) -> None:
    assert load(desk, folder).digest == digest_of_folder(folder) == digest_of_folder(EXAMPLE)
    (folder / "staff.yaml").write_text((folder / "staff.yaml").read_text("utf-8") + "# 一字之差\n", "utf-8")
    assert desk.centre.digest != digest_of_folder(folder)
