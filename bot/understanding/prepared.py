"""Tables that cost time to make, kept on disk under the hash of all they are made from."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

KEPT = 12
_CODE = ("features.py", "index.py", "packed.py", "profiles.py", "wording.py")


def usual_folder() -> Path:
    """Where a user's caches lie; nothing in it is needed, so it may be emptied at any time."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "frontdesk"


def content_key(parts: Iterable[Any]) -> str:
    """One key for the data given and the code that reads it."""
    digest = hashlib.sha256()
    for name in _CODE:
        digest.update(Path(__file__).with_name(name).read_bytes())
    for part in parts:
        digest.update(repr(part).encode())
    return digest.hexdigest()[:32]


def prepared(key: str, make: Callable[[], Any], folder: Path | None) -> Any:
    """What lies under the key, else what `make` gives, kept for the next time where the disk allows it."""
    if folder is None:
        return make()
    path = folder / f"understanding-{key}.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        made = make()
    _keep(path, json.dumps(made, ensure_ascii=False, separators=(",", ":")))
    return made


def _keep(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
            file.write(text)
        Path(file.name).replace(path)
        _forget_old(path.parent)
    except OSError:
        return  # a disk that keeps nothing costs some seconds at the next start, no more


def _forget_old(folder: Path) -> None:
    files = sorted(folder.glob("understanding-*.json"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files[KEPT:]:
        file.unlink(missing_ok=True)
