"""`frontdesk erase`: somebody is taken out of the books and the files; what had to stay is said with its reason."""

from pathlib import Path

from bot import clerk
from bot.console import complain, leave, say, settings_or_leave
from bot.keeping.backups import vault_of
from bot.keeping.vault import Vault
from bot.settings import Settings
from storage.audit import load_key
from storage.books import Books
from storage.database import Database
from storage.erasing import Erased, meant


def erase(given: str, yes: bool) -> int:
    """Take out whom an account, a record or a telephone number stands for; 1 when that is not one citizen."""
    settings = settings_or_leave()
    key = settings.audit_key.get_secret_value()
    with clerk.looking(settings.database):
        pass  # ends the command where there is no desk
    with clerk.writing(settings.database, key) as books:
        person = _one(books, given)
        if not yes:
            leave(1, "keeping/erase_sure", person=person)
        fresh = books.erasing(person)
        _note(settings, fresh.mark)  # before the commit: whoever asked to be forgotten never comes back by a restore
        done = fresh.erase()
    _delete(settings, done, key)
    _wipe(settings)
    say("keeping/erased", gone=sorted((+done.gone).items()), kept=sorted((+done.kept).items()))
    return 0


def _one(books: Books, given: str) -> str:
    people = list(meant(books, given))
    if given in books.centre.staff or any(person in books.centre.staff for person in people):
        leave(1, "keeping/erase_staff", person=given)
    if len(people) != 1:
        if people:
            complain("keeping/erase_several", people=people)
        leave(1, "keeping/erase_nobody", given=given)
    return people[0]


def _note(settings: Settings, mark: str) -> None:
    for vault in (Vault(settings.data), vault_of(settings)):
        vault.note_erased([mark])


def _delete(settings: Settings, done: Erased, key: str) -> None:
    """Files no record names any more, here and where they lie sealed."""
    chain_key = load_key(key, Database(settings.database).key_file)
    for digest in done.files:
        (settings.data / "files" / digest).unlink(missing_ok=True)
        vault_of(settings).file_of(digest, chain_key).unlink(missing_ok=True)


def _wipe(settings: Settings) -> None:
    """The log still holds the rows as they were: it is folded into the file and cut, where no reader is in the way."""
    database = Database(settings.database)
    if database.sqlite and Path(database.path).exists():
        with clerk.opened(settings.database) as (_, connection):
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
