"""What an account is called where nobody may read whose it is: always the same, opened by the desk's key (3-D)."""

import base64
import hmac
from functools import cached_property
from typing import Any

CLOSED = "sealed:"
PURPOSE = b"seal"  # of the key made from the chain's


class Seal:
    """Closes an account into a name, opens it again to write there, marks what is to be proved but not read."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._keyed = hmac.new(key, digestmod="sha256")

    @cached_property
    def _box(self) -> Any:
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV

        return AESSIV(hmac.digest(self._key, b"whom a sealed name stands for", "sha512"))

    def close(self, person: str) -> str:
        """The sealed name of a person; of a sealed name itself."""
        if is_closed(person):
            return person
        return CLOSED + base64.urlsafe_b64encode(self._box.encrypt(person.encode(), None)).decode()

    def open(self, name: str) -> str:
        """The person behind a name; anything not sealed is as it is. Raises InvalidTag with another key."""
        if not is_closed(name):
            return name
        return str(self._box.decrypt(base64.urlsafe_b64decode(name.removeprefix(CLOSED)), None).decode())

    def mark(self, text: str) -> str:
        """A digest that nobody without the key can try guesses against."""
        keyed = self._keyed.copy()
        keyed.update(text.encode("utf-8", "replace"))
        return keyed.hexdigest()


def is_closed(name: str) -> bool:
    return name.startswith(CLOSED)
