"""Sealed for one reader: the public key seals, only the private one opens. In a stream, whole or not at all.

X25519 agrees on a key with a pair made for each file, HKDF derives it, AES-GCM seals piece by piece; a piece's nonce is
its number and whether it is the last, so that none can be changed, moved, left out or cut off.
"""

import base64
import binascii
import struct
from collections.abc import Iterator
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"frontdesk sealed 1\n"
PIECE, TAG, KEY = 1 << 18, 16, 32
PUBLIC, PRIVATE = "frontdesk-public-", "FRONTDESK-PRIVATE-"


class Broken(Exception):
    """What was sealed was cut short or changed, or was sealed for another key."""


def new_pair() -> tuple[str, str]:
    """A private key for the safe and the public one for the server, each a line that can be typed from paper."""
    private = X25519PrivateKey.generate()
    return PRIVATE + _text(private.private_bytes_raw()), PUBLIC + _text(private.public_key().public_bytes_raw())


def public_of(private: str) -> str:
    """The public key that belongs to a private one. Raises ValueError for what is no key."""
    return PUBLIC + _text(_private(private).public_key().public_bytes_raw())


def _text(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=")


def _bytes(text: str, kind: str) -> bytes:
    plain = text.strip().upper().removeprefix(kind.upper())
    try:
        raw = base64.b32decode(plain + "=" * (-len(plain) % 8))
    except binascii.Error:
        raw = b""
    if len(raw) != KEY:
        raise ValueError("no such key")
    return raw


def _private(text: str) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(_bytes(text, PRIVATE))


def check_public(text: str) -> None:
    """Raises ValueError for what is no public key."""
    _bytes(text, PUBLIC)


def _cipher(agreed: bytes, passing: bytes, public: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), KEY, salt=passing + public, info=MAGIC).derive(agreed))


def _nonce(number: int, last: bool) -> bytes:
    return struct.pack(">xxxQ?", number, last)


class Sealer:
    """Writes into a file what only the private key will read; `close` puts the last piece, without it nothing opens."""

    def __init__(self, file: IO[bytes], public: str) -> None:
        passing, reader = X25519PrivateKey.generate(), _bytes(public, PUBLIC)
        mine = passing.public_key().public_bytes_raw()
        self._cipher = _cipher(passing.exchange(X25519PublicKey.from_public_bytes(reader)), mine, reader)
        self._file, self._rest, self._number = file, bytearray(), 0
        file.write(MAGIC + mine)

    def write(self, data: bytes) -> None:
        self._rest += data
        while len(self._rest) > PIECE:
            self._put(bytes(self._rest[:PIECE]), last=False)
            del self._rest[:PIECE]

    def close(self) -> None:
        self._put(bytes(self._rest), last=True)
        self._rest.clear()

    def _put(self, piece: bytes, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last), piece, MAGIC))
        self._number += 1


def unsealed(file: IO[bytes], private: str) -> Iterator[bytes]:
    """The pieces as they were written, each proved before it is handed out. Raises Broken, or ValueError for no key."""
    secret = _private(private)
    head = file.read(len(MAGIC) + KEY)
    if not head.startswith(MAGIC) or len(head) != len(MAGIC) + KEY:
        raise Broken("head")
    mine = head[len(MAGIC) :]
    try:
        agreed = secret.exchange(X25519PublicKey.from_public_bytes(mine))
        cipher = _cipher(agreed, mine, secret.public_key().public_bytes_raw())
        yield from _pieces(file, cipher)
    except (InvalidTag, ValueError):
        raise Broken("piece") from None


def _pieces(file: IO[bytes], cipher: AESGCM) -> Iterator[bytes]:
    number, piece = 0, file.read(PIECE + TAG)
    while True:
        following = file.read(PIECE + TAG)
        yield cipher.decrypt(_nonce(number, not following), piece, MAGIC)
        if not following:
            return
        number, piece = number + 1, following
