"""Sealed bytes open whole for the private key, and for nothing else."""

import io

import pytest

from storage import sealing
from storage.sealing import PIECE, Broken, Sealer, new_pair, public_of, unsealed

PRIVATE, PUBLIC = new_pair()


def sealed(content: bytes) -> bytes:
    file = io.BytesIO()
    sealer = Sealer(file, PUBLIC)
    for at in range(0, len(content), 100_000):
        sealer.write(content[at : at + 100_000])
    sealer.close()
    return file.getvalue()


def opened(found: bytes, private: str = PRIVATE) -> bytes:
    return b"".join(unsealed(io.BytesIO(found), private))


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_is_sealed_opens(size: int) -> None:
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    assert opened(sealed(content)) == content


def test_any_cut_change_or_swap_is_found() -> None:
    whole = sealed(b"a" * PIECE + b"b" * PIECE + b"c" * 10)
    head, piece = len(sealing.MAGIC) + sealing.KEY, PIECE + sealing.TAG
    first, second, last = whole[head : head + piece], whole[head + piece : head + 2 * piece], whole[head + 2 * piece :]
    start = whole[:head]
    broken = [start + second + first + last, start + first + last, start + first + second, start + first + first + last,
              whole + b"x", whole[:-1], start, b"", whole[1:]]  # fmt: skip
    broken += [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(0, len(whole), 40_009)]
    for one in broken:
        with pytest.raises(Broken):
            opened(one)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(Broken):
        opened(sealed(b"x"), new_pair()[0])


def test_keys_read_from_paper() -> None:
    assert public_of(PRIVATE.lower()) == PUBLIC
    for wrong in ("", "x", PUBLIC[:-1], PRIVATE + "A"):
        with pytest.raises(ValueError, match="no such key"):
            public_of(wrong)
