"""`frontdesk backup-key`: the public key stays on the server, the private one never does."""

import os
from pathlib import Path

from bot.console import leave, say
from storage.sealing import new_pair


def make(file: Path) -> int:
    """Write the private key into a file that is not there yet and say the public one."""
    private, public = new_pair()
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as trouble:
        leave(1, "keeping/key_not_written", where=file.name, why=trouble.strerror or "")
    with os.fdopen(handle, "w", encoding="ascii") as fresh:
        fresh.write(private + "\n")
        fresh.flush()
        os.fsync(fresh.fileno())
    say("keeping/keys", where=file.name, public=public)
    return 0
