"""Commands that keep the centre's books from loss: backup, restore, erase, move-database."""

import sys
from datetime import datetime
from pathlib import Path

import click

from rules.calendar import ZONE

FILE = click.Path(dir_okay=False, path_type=Path)
MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])


@click.command("backup-key")
@click.argument("file", type=FILE)
def backup_key(file: Path) -> None:
    """Make a pair of keys: the private one into FILE, for the safe; the public one for FRONTDESK_BACKUP_KEY."""
    from bot.keeping.keys import make

    sys.exit(make(file))


@click.command()
@click.option("--whole", is_flag=True, help="all pages, not only what changed since the last base")
def backup(whole: bool) -> None:
    """Seal the books and the files people sent, while the desk runs; for a timer of five minutes."""
    from bot.keeping.backups import back_up

    sys.exit(back_up(whole))


@click.command()
@click.option("--key", "key_file", type=FILE, required=True, help="file of the private key")
@click.option("--from", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=None)
@click.option("--at", type=MOMENT, default=None, help="the newest backup not after this moment")
@click.option("--check", is_flag=True, help="prove that it could be restored, change nothing; also while the desk runs")
@click.option("--even-so", is_flag=True, help="though the audit chain or a file does not add up")
def restore(key_file: Path, folder: Path | None, at: datetime | None, check: bool, even_so: bool) -> None:
    """Bring the desk back from a backup, proved before it takes the place of what is there."""
    from bot.keeping.restoring import restore as bring_back

    sys.exit(bring_back(folder, key_file, at.replace(tzinfo=ZONE) if at else None, check, even_so))


@click.command()
@click.argument("person")
@click.option("--yes", is_flag=True, help="without it the command only says whom it would erase")
def erase(person: str, yes: bool) -> None:
    """Take a person out of the books: an account (channel:address), a record's number or a telephone number."""
    from bot.keeping.erasing import erase as take_out

    sys.exit(take_out(person, yes))


@click.command("move-database")
@click.argument("source")
@click.argument("target")
def move_database(source: str, target: str) -> None:
    """Carry the centre from one database to another, SQLite or PostgreSQL, compared row by row."""
    from bot.keeping.moving import move_database as carry

    sys.exit(carry(source, target))


KEEPING = (backup_key, backup, restore, erase, move_database)
