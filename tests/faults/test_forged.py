"""Forged, repeated and booby-trapped deliveries: no row, no second hearing, no decoder, no file outside."""

import asyncio
import time
from pathlib import Path

from fake_wecom import Wire
from hostile import MEDIA, NAMES, PHOTO, Malice, as_json
from hostile_deliveries import BOMBS, let_loose, telegram_update, wecom_xml
from hostile_desk import DOOR_SECRET, Doors
from promises import kept, scaled

from bot.channels.telegram_webhook import SECRET_HEADER

FORGED = scaled(1000, 100_000)


async def test_what_nobody_signed_leaves_no_row(tmp_path: Path) -> None:
    """Forged webhooks: mutated secrets and signatures, a stranger's keys, an old signature over another body."""
    malice = Malice(11)
    async with Doors(tmp_path) as doors:
        before = [await doors.count(table) for table in ("inbox", "put_aside", "outbox", "audit")]

        async def forge(doors: Doors) -> int:
            chance, wire = malice.chance, chance_of_wire(malice)
            if chance.random() < 0.5:
                secret = forged_secret(malice)
                body, header = as_json(telegram_update(malice, doors)), SECRET_HEADER.encode()
                return await doors.post("/telegram", body, {header: secret})  # type: ignore[dict-item]
            encrypted = doors.wire.encrypt(wecom_xml(malice, doors).encode())
            query = wire.query(encrypted, 1, "n")
            other = doors.wire.encrypt(b"<xml/>") if wire.token == doors.wire.token else encrypted
            return await doors.post(f"/wecom/app?{query}", doors.wire.body(other))

        await let_loose(doors, (forge for _ in range(FORGED)))
        after = [await doors.count(table) for table in ("inbox", "put_aside", "outbox", "audit")]
        broken = len(await doors.faults()) + (after != before)
        kept("forged webhooks leave no row", tried=FORGED, broken=broken)
        assert (set(doors.door.statuses), after, await doors.faults()) == ({403}, before, [])


def chance_of_wire(malice: Malice) -> Wire:
    """A stranger's token, or the true one over another body."""
    return Wire() if malice.chance.random() < 0.5 else Wire(token=f"t{malice.chance.random()}")


def forged_secret(malice: Malice) -> bytes:
    true, chance = DOOR_SECRET.encode(), malice.chance
    at = chance.randrange(len(true))
    flipped = true[:at] + bytes([true[at] ^ chance.randint(1, 127)]) + true[at + 1 :]
    return chance.choice((b"", true[:-1], true + b"x", true.upper(), b"\xff" + true, flipped, chance.randbytes(16)))


async def test_what_was_delivered_before_is_not_heard_again(tmp_path: Path) -> None:
    """Replay: everything of an hour again three times, shuffled, 32 at once; WeCom's with fresh ciphers and nonces."""
    malice, most = Malice(5), scaled(40, 1000)
    async with Doors(tmp_path) as doors:
        heard = [("t", as_json(telegram_update(malice, doors))) for _ in range(most)]
        heard += [("w", wecom_xml(malice, doors).encode()) for _ in range(most)]

        async def deliver(one: tuple[str, bytes]) -> None:
            await (doors.to_telegram if one[0] == "t" else doors.to_wecom)(one[1])

        for one in heard:
            await deliver(one)
        await doors.house.courier.drain()
        tables = ("inbox", "booking", "complaint", "contact", "audit", "outbox", "put_aside", "attachment")
        before, said = [await doors.count(table) for table in tables], doors.door.said
        again = heard * 3
        malice.chance.shuffle(again)
        for at in range(0, len(again), 32):
            await asyncio.gather(*(deliver(one) for one in again[at : at + 32]))
        await doors.house.courier.drain()
        after = [await doors.count(table) for table in tables]
        kept("replayed deliveries add no row and no bubble", tried=len(again), broken=int(after != before))
        assert (after, doors.door.said) == (before, said)


async def test_a_bomb_costs_next_to_nothing(tmp_path: Path) -> None:
    """XML bombs are put aside without a parser; how long that takes is reported, not asserted."""
    async with Doors(tmp_path) as doors:
        slowest = 0.0
        for n, bomb in enumerate(BOMBS):
            began = time.perf_counter()
            assert await doors.to_wecom(bomb[:40_000] + b"<!-- %d -->" % n) == 200
            slowest = max(slowest, time.perf_counter() - began)
        assert await doors.count("put_aside") == len(BOMBS)
        kept("XML bombs", tried=len(BOMBS), broken=0, note=f"slowest {slowest * 1000:.1f} ms with its commit")


async def test_a_photo_is_never_decoded_and_never_leaves_its_folder(tmp_path: Path) -> None:
    async with Doors(tmp_path) as doors:
        before = {path for path in tmp_path.parent.rglob("*") if tmp_path not in path.parents}
        for n, (kind, content) in enumerate(MEDIA.items()):
            headers = {"X-Desk-Address": "a" * 32, "X-Desk-Key": f"{n:036d}"}
            status = await doors.post("/web/photo", content, headers)
            assert status == (200 if content.startswith((b"\xff\xd8\xff", b"GIF89a", b"\x89PNG")) else 400), kind
        for n, name in enumerate(NAMES):
            headers = {"X-Desk-Address": "b" * 32, "X-Desk-Key": f"{n:036d}", "Content-Disposition": name[:99]}
            await doors.post(
                "/web/photo",
                PHOTO,
                {k: v.encode("utf-8", "ignore").decode("latin-1") for k, v in headers.items() if "\0" not in v},
            )
        kept_files = list((tmp_path / "incoming").iterdir())
        assert all(path.is_file() and len(path.name) == 64 for path in kept_files)
        assert {path for path in tmp_path.parent.rglob("*") if tmp_path not in path.parents} == before
