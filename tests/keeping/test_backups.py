"""A backup is whole, sealed, small when little changed, and comes back only when everything adds up."""

import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from keeping_desk import PHONE, PRIVATE, SAID, Keeper, dump

from bot.keeping.keys import make
from bot.keeping.vault import BASE, STEP, Kept, Vault, base_of, superfluous
from storage.books import Books
from storage.database import Database

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)


def meet(books: Books) -> None:
    books.first_contact.note(f"web:{PHONE}", SAID, "answered")


def test_a_step_is_small_and_comes_back_byte_for_byte(keeper: Keeper) -> None:
    assert keeper.backup() == 0
    keeper.do(meet)
    assert keeper.backup() == 0
    base, step = (keeper.backups / name for name in keeper.names())
    assert (base.suffix, step.suffix) == (BASE, STEP)
    assert step.stat().st_size < base.stat().st_size / 4
    before = dump(keeper.file)
    assert keeper.restore() == 0
    assert dump(keeper.file) == before
    assert keeper.verify() == 0


def test_nothing_new_needs_no_backup(keeper: Keeper) -> None:
    assert [keeper.backup() for _ in range(3)] == [0, 0, 0]
    assert len(keeper.names()) == 1
    keeper.do(meet)
    assert keeper.backup() == 0
    assert len(keeper.names()) == 2


def test_what_is_committed_while_the_log_is_full_is_in_it(keeper: Keeper) -> None:
    """Copying the file without its log would lose this and pass every check."""
    with sqlite3.connect(keeper.file) as holds_the_log_open:
        holds_the_log_open.execute("SELECT 1 FROM contact").fetchall()
        keeper.do(meet)
        assert Path(f"{keeper.file}-wal").stat().st_size > 0
        assert keeper.backup() == 0
    assert keeper.restore(check=True) == 0
    keeper.do(lambda books: [meet(books) for _ in range(3)])
    assert keeper.restore() == 0
    assert keeper.rows("SELECT count(*) FROM contact") == [(1,)]


def test_who_has_only_the_public_key_reads_nothing(keeper: Keeper) -> None:
    keeper.do(meet)
    keeper.send_in(b"\x89PNG" + SAID.encode(), "web:7", "1")
    assert keeper.backup() == 0
    for word in (SAID, PHONE, keeper.key().decode(), PRIVATE):
        assert [name for name in keeper.holds(word) if name.endswith((BASE, STEP)) or len(name) == 64] == (
            [name for name in keeper.holds(word) if (keeper.data / "files" / name).exists()]
        )
    keeper.safe.write_text("FRONTDESK-PRIVATE-" + "A" * 52)
    assert keeper.restore(check=True) == 1
    keeper.safe.unlink()
    assert keeper.restore(check=True) == 2


def test_files_come_back_and_a_changed_one_is_refused(keeper: Keeper) -> None:
    digest = keeper.send_in(b"\x89PNG one", "web:7", "1")
    assert keeper.backup() == 0
    place = keeper.data / "files" / digest
    place.unlink()
    assert keeper.restore() == 0
    assert place.read_bytes() == b"\x89PNG one"
    place.write_bytes(b"\x89PNG two")
    assert keeper.restore(check=True) == 0, "the sealed one is still good"
    sealed = next((keeper.backups / "files").iterdir())
    sealed.write_bytes(sealed.read_bytes()[:-1] + b"!")
    before = dump(keeper.file)
    assert keeper.restore() == 1
    assert dump(keeper.file) == before
    assert keeper.restore(even_so=True) == 0


def test_a_missing_file_is_said_and_the_backup_is_taken(keeper: Keeper) -> None:
    digest = keeper.send_in(b"\x89PNG one", "web:7", "1")
    (keeper.data / "files" / digest).unlink()
    assert keeper.backup() == 1
    assert len(keeper.names()) == 1


def test_a_living_desk_is_not_overwritten(keeper: Keeper) -> None:
    assert keeper.backup() == 0
    desk = Database(keeper.url)
    desk.hold()
    before = dump(keeper.file)
    assert keeper.restore() == 3
    assert keeper.restore(check=True) == 0
    desk.let_go()
    assert dump(keeper.file) == before


def test_what_stood_there_is_moved_aside_with_its_log(keeper: Keeper) -> None:
    assert keeper.backup() == 0
    keeper.do(meet)
    assert keeper.restore() == 0
    assert keeper.rows("SELECT count(*) FROM contact") == [(0,)]
    (aside,) = keeper.data.glob("*.before")
    with sqlite3.connect(aside) as connection:
        assert connection.execute("SELECT matter FROM contact").fetchall() == [(SAID,)]


def test_a_restore_killed_between_two_files_lets_no_desk_start(keeper: Keeper) -> None:
    assert keeper.backup() == 0
    Path(Database(keeper.url).unfinished).touch()
    run = subprocess.run([sys.executable, "-m", "bot", "migrate"], env=os.environ, capture_output=True, timeout=60)
    assert run.returncode == 3
    assert keeper.restore() == 0
    assert keeper.verify() == 0
    assert not Path(Database(keeper.url).unfinished).exists()


def test_a_backup_whose_chain_is_broken_is_not_taken_for_good(keeper: Keeper) -> None:
    keeper.do(meet)
    with sqlite3.connect(keeper.file) as connection:
        connection.execute("UPDATE contact SET matter = 'another'")
    assert keeper.backup() == 1, "it is taken, and said"
    assert keeper.restore() == 1
    assert keeper.restore(even_so=True) == 0


def test_a_damaged_file_is_not_backed_up(keeper: Keeper) -> None:
    assert keeper.backup() == 0
    keeper.do(meet)
    with keeper.file.open("r+b") as raw:
        raw.seek(4096 * 3)
        raw.write(os.urandom(4096 * 20))
    assert keeper.backup(whole=True) == 1
    assert len(keeper.names()) == 1


def test_another_machine_s_chain_is_not_put_here(keeper: Keeper) -> None:
    assert keeper.backup() == 0
    Path(f"{keeper.file}.key").write_text("0" * 64)
    assert keeper.restore() == 1
    Path(f"{keeper.file}.key").unlink()
    assert keeper.restore() == 0
    assert keeper.verify() == 0


def test_without_a_key_none_is_taken(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTDESK_BACKUP_KEY", "frontdesk-public-nonsense")
    assert keeper.backup() == 2


def test_the_private_key_is_made_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "secret"
    assert make(place) == 0
    assert place.stat().st_mode & 0o777 == 0o600
    private = place.read_text().strip()
    assert private not in capsys.readouterr().out
    with pytest.raises(SystemExit):
        make(place)
    assert place.read_text().strip() == private


# -- what is kept ----------------------------------------------------------------------------------------------------
def every_five_minutes(days: int) -> list[Kept]:
    """A base a day, a step every five minutes."""
    moments = (NOW - timedelta(minutes=5 * n) for n in range(days * 288))
    return [Kept(at, f"{at:%Y%m%dT%H%M%S.%fZ}{BASE if n % 288 == 0 else STEP}") for n, at in enumerate(moments)]


def test_rotation_thins_out_and_never_takes_what_is_needed() -> None:
    there = every_five_minutes(60)
    stays = set(there) - set(superfluous(there, NOW, days=30))
    ages = sorted(NOW - one.made for one in stays)
    assert sum(age <= timedelta(hours=2) for age in ages) == 25
    assert sum(timedelta(hours=2) < age <= timedelta(hours=48) for age in ages) <= 48
    assert ages[-1] <= timedelta(days=31)
    assert all(base_of(one, stays) == base_of(one, there) for one in stays)
    assert superfluous(sorted(stays), NOW, days=30) == []


def test_the_newest_stays_however_old(tmp_path: Path) -> None:
    old = Kept(NOW - timedelta(days=900), f"20240101T000000.000000Z{BASE}")
    assert superfluous([old], NOW, days=30) == []


def test_a_clock_set_back_does_not_hide_the_newest(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    first = vault.name_for(NOW, BASE)
    (tmp_path / first).touch()
    assert vault.name_for(NOW - timedelta(days=1), STEP) > first
