"""`/metrics`: the desk in numbers, for Prometheus. Labels are the code's own names, nothing is about a person."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from math import inf
from pathlib import Path

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.alarms import STOPS, WARNS
from bot.app import House
from bot.logs import EVENTS
from bot.readiness import AWAY, Health, Readiness
from bot.tally import Spread
from storage import machine

OURS = "frontdesk"
OUTCOMES = {"posted": "posted", machine.SENT: "sent", machine.DEAD: "refused", machine.EXPIRED: "expired"}
DATABASE = "Size of the database"
ROUTED = ("acted", "asked", "unknown")


class Metrics:
    """Reads what was counted on the way, and looks up the rest."""

    def __init__(self, house: House, readiness: Readiness, data: Path) -> None:
        self._house, self._readiness, self._data = house, readiness, data

    async def page(self) -> bytes:
        """Everything in Prometheus' text form; what the database will not tell is left out."""
        health, now = await self._readiness.look(), self._house.clock.now()
        families = [*self._counted(), *self._standing(now), *self._sizes(), _alarms(health)]
        with suppress(*AWAY):  # the alarms say so
            families += await self._booked(now)
        registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        registry.register(_Given(families))
        return generate_latest(registry)

    # -- counted on the way ----------------------------------------------------------------------------------------
    def _counted(self) -> Iterator[Metric]:
        tally, ways = self._house.writer.tally, tuple(self._house.channels)
        for name, said, counts in (
            ("heard", "Messages that came in", tally.heard),
            ("stored", "Messages acknowledged: stored with all they caused", tally.stored),
            ("repeated", "Deliveries that were stored before", tally.repeated),
            ("refused", "Messages not heard of accounts that said too much at once", tally.refused),
        ):
            yield _counter(f"messages_{name}", said, "channel", {way: counts[way] for way in ways})
        letters = {word: tally.letters[state] for state, word in OUTCOMES.items()}
        yield _counter("letters", "Letters posted, and what became of them", "outcome", letters)
        yield _histogram("letter_age_seconds", "From due to sent, refused or expired", tally.letter_age)
        yield _histogram("group_pieces", "Pieces of work committed together", tally.pieces)
        yield _histogram("commit_seconds", "Writing a group's rows and syncing them", tally.commits)
        yield CounterMetricFamily(f"{OURS}_groups_not_stored", "Groups the database would not take", tally.not_stored)
        yield _counter("routed", "What was made of free words", "outcome", {w: tally.routed[w] for w in ROUTED})
        yield _histogram("routing_seconds", "Understanding one text", tally.routing)
        yield _logged(EVENTS)

    # -- as it stands ----------------------------------------------------------------------------------------------
    def _standing(self, now: datetime) -> Iterator[Metric]:
        house = self._house
        yield _gauge("writer_queue", "Pieces of work waiting for the writer", house.writer.queue.qsize())
        yield _gauge("courier_lanes", "Recipients with letters on their way", house.courier.lanes)
        yield _gauge("courier_letters", "Letters on their way", house.courier.on_the_way)
        if (last := house.bells.last_tick) is not None:
            yield _gauge("scheduler_late_seconds", "Since the last beat", abs(now - last).total_seconds())
        yield _gauge("calendar_last_year", "Last official year", house.desk.shelf.centre.calendar.last_noticed_year)
        yield _gauge("audit_seq", "Lines of the audit chain", house.desk.shelf.chain.head.seq)
        pulses = {name: getattr(channel, "pulse", None) for name, channel in house.channels.items()}
        well = {name: int(pulse is None or not pulse.trouble) for name, pulse in pulses.items()}
        yield _labelled("channel_well", "1 while the platform answers", "channel", well)

    def _sizes(self) -> Iterator[Metric]:
        yield _gauge("disk_free_bytes", "Free where the desk keeps its files", shutil.disk_usage(self._data).free)
        if path := self._house.database.path:
            yield _gauge("database_bytes", DATABASE, _size(path))
            yield _gauge("wal_bytes", "Size of the database's write-ahead log", _size(f"{path}-wal"))

    async def _booked(self, now: datetime) -> list[Metric]:
        found, size = await self._readiness.standing(), await self._readiness.size()
        files = {"waiting": found.files_waiting, "lost": found.files_lost}
        return [
            *([] if size is None else [_gauge("database_bytes", DATABASE, size)]),
            _gauge("letters_waiting", "Letters due and not yet sent", found.letters_due),
            _gauge("letters_held", "Letters to go out later", found.letters_held),
            _gauge("oldest_letter_seconds", "How long the oldest due letter waits", _since(found.oldest_letter, now)),
            _gauge("put_aside", "Messages that could not be handled, kept for somebody", found.put_aside),
            _gauge("timer_late_seconds", "How long the oldest due timer waits", _since(found.timer_due, now)),
            _labelled("attachments", "Files people sent that are not there", "state", files),
        ]


class _Given(Collector):
    """A collector of what was collected."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families


def _alarms(health: Health) -> Metric:
    stand = {alarm.name for alarm in (*health.reasons, *health.warnings)}
    found = GaugeMetricFamily(f"{OURS}_alarm", "1 while the alarm stands", labels=("alarm", "severity"))
    for severity, names in (("stops", STOPS), ("warns", WARNS)):
        for name in names:
            found.add_metric((name, severity), int(name in stand))
    return found


def _logged(events: Mapping[tuple[str, str], int]) -> Metric:
    found = CounterMetricFamily(f"{OURS}_logged", "Lines of the log, by name", labels=("level", "event"))
    for names, count in sorted(events.items()):
        found.add_metric(names, count)
    return found


def _gauge(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{OURS}_{name}", said, value)


def _labelled(name: str, said: str, label: str, values: Mapping[str, float]) -> Metric:
    found = GaugeMetricFamily(f"{OURS}_{name}", said, labels=(label,))
    for key, value in values.items():
        found.add_metric((key,), value)
    return found


def _counter(name: str, said: str, label: str, counts: Mapping[str, int]) -> Metric:
    found = CounterMetricFamily(f"{OURS}_{name}", said, labels=(label,))
    for key, count in counts.items():
        found.add_metric((key,), count)
    return found


def _histogram(name: str, said: str, spread: Spread) -> Metric:
    buckets = [("+Inf" if bound == inf else str(bound), count) for bound, count in spread.upto()]
    return HistogramMetricFamily(f"{OURS}_{name}", said, buckets=buckets, sum_value=spread.total)


def _since(instant: datetime | None, now: datetime) -> float:
    return 0.0 if instant is None else max(0.0, (now - instant).total_seconds())


def _size(path: str) -> int:
    place = Path(path)
    return place.stat().st_size if place.exists() else 0
