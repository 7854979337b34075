"""A centre from plain rows, whether files or tables hold them."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

import sqlalchemy as sa

from rules.calendar import USUAL_SESSIONS, Calendar, Session
from rules.holidays import NOTICES, Notice
from rules.people import Person, Role
from rules.readings import Readings
from rules.reception import DutyDay
from storage.catalogue import Centre, Elsewhere, Item, Window, account, fact, rota, staff
from storage.consulting import answers_in, in_force_now, overlaid
from storage.manner import elders
from storage.wording import ACCEPTED, listed

Facts = Mapping[str, Mapping[str, Any]]


def read_centre(connection: sa.Connection) -> Centre:
    """The centre as the tables have it."""
    facts: dict[str, dict[str, Any]] = {}
    given_up: dict[str, dict[str, Any]] = {}
    for row in connection.execute(sa.select(fact).order_by(fact.c.kind, fact.c.position)):
        (given_up if row.gone else facts).setdefault(row.kind, {})[row.id] = row.body
    people = connection.execute(sa.select(staff).order_by(staff.c.position)).all()
    days = connection.execute(sa.select(rota).order_by(rota.c.date)).all()
    accounts = connection.execute(sa.select(account).order_by(account.c.used.desc()))
    named = {p.id: Person(p.id, p.name, Role(p.role), p.unit, tuple(p.supervises)) for p in people}
    left = {p.id for p in people if p.gone}
    entries = in_force_now(connection)
    return centre_of(
        facts,
        {key: person for key, person in named.items() if key not in left},
        {d.date: DutyDay(d.date, d.officer, d.stand_by) for d in days},
        gone_windows={key: _window(body) for key, body in given_up.get("window", {}).items()},
        gone_items={key: _item(body) for key, body in given_up.get("item", {}).items()},
        gone={key: person for key, person in named.items() if key in left},
        accounts={(a.channel, a.address): a.person for a in accounts},
        entries=entries,
        wordings=_wordings(connection),
        elders=elders(connection),
    )


def _wordings(connection: sa.Connection) -> dict[str, tuple[str, ...]]:
    """The words taken over since, by the route they lead to."""
    found: dict[str, tuple[str, ...]] = {}
    for row in listed(connection, ACCEPTED):
        found[row.route] = (*found.get(row.route, ()), row.text)
    return found


def centre_of(
    facts: Facts, people: Mapping[str, Person], days: Mapping[date, DutyDay], entries: Sequence[Any] = (), **more: Any
) -> Centre:
    """Put the rows together."""
    own = facts.get("centre", {}).get("centre", {})
    readings = readings_of(own)
    plain = {name: own.get(name, "") for name in ("name", "address", "service_hotline", "complaint_phone")}
    return Centre(
        **plain,
        sections={key: body["name"] for key, body in facts.get("section", {}).items()},
        windows={key: _window(body) for key, body in facts.get("window", {}).items()},
        items=overlaid({key: _item(body) for key, body in facts.get("item", {}).items()}, entries, readings),
        answers=answers_in(entries, readings),
        elsewhere={key: _elsewhere(body) for key, body in facts.get("elsewhere", {}).items()},
        staff=people,
        rota=days,
        calendar=calendar_of(own),
        booking=own.get("booking", {}),
        emergency=tuple((entry["name"], str(entry["phone"])) for entry in own.get("emergency", [])),
        readings=readings,
        digest=facts.get("digest", {}).get("folder", {}).get("sha256", ""),
        **more,
    )


def _window(body: Mapping[str, Any]) -> Window:
    names = ("id", "name", "organisation", "phone", "duties")
    return Window(
        **{name: str(body[name]) for name in names},
        booking=body["booking"],
        number=str(body["number"]),
        floor=int(body["floor"]),
        one_person=bool(body["one_person"]),
        slot_minutes=int(body.get("slot_minutes") or 0),
        places_per_slot=int(body.get("places_per_slot") or 0),
    )


def _item(body: Mapping[str, Any]) -> Item:
    return Item(
        id=body["id"],
        name=body["name"],
        aliases=tuple(body.get("aliases") or ()),
        window=body["window"],
        materials=tuple(str(paper) for paper in body.get("materials") or ()),
        promised_working_days=int(body.get("promised_working_days") or 0),
        on_the_spot=bool(body.get("on_the_spot")),
        fee=str(body.get("fee") or ""),
        notes=str(body.get("notes") or ""),
        legal_working_days=int(body.get("legal_working_days") or 0),
        hours=str(body.get("hours") or ""),
        place=str(body.get("place") or ""),
        phone=str(body.get("phone") or ""),
    )


def _elsewhere(body: Mapping[str, Any]) -> Elsewhere:
    names = ("id", "name", "organisation", "place", "phone")
    return Elsewhere(**{name: str(body[name]) for name in names}, keywords=tuple(body.get("keywords") or ()))


def calendar_of(own: Mapping[str, Any]) -> Calendar:
    """The centre's sessions, closures and extra days. Raises ValueError for a time that is none."""
    given = own.get("sessions") or {}
    sessions = tuple(_session(name, str(span)) for name, span in given.items()) or USUAL_SESSIONS
    return Calendar(
        sessions=sessions,
        closures=frozenset(date.fromisoformat(str(day)) for day in own.get("closures") or ()),
        extra_days=frozenset(date.fromisoformat(str(day)) for day in own.get("extra_days") or ()),
        notices={**NOTICES, **notices_of(own.get("holidays") or {})},
    )


def notices_of(given: Mapping[Any, Any]) -> dict[int, Notice]:
    """The years' notices a centre has entered. Raises LookupError, TypeError or ValueError for what is none."""
    return {int(year): _notice(int(year), spans["closed"], spans["made_up"]) for year, spans in given.items()}


def _notice(year: int, closed: Any, made_up: Any) -> Notice:
    if not (isinstance(closed, str) and isinstance(made_up, str)):
        raise TypeError("days without quotes are read as numbers")
    return Notice.of(year, closed=closed, made_up=made_up)


def _session(name: str, span: str) -> Session:
    start, _, end = span.partition("-")
    return Session(name, time.fromisoformat(start.strip()), time.fromisoformat(end.strip()))


def readings_of(own: Mapping[str, Any]) -> Readings:
    """The centre's switches; what it does not name stays as recommended."""
    chosen = dict(own.get("readings") or {})
    if own.get("duty_pool"):
        chosen.setdefault("duty_pool", own["duty_pool"])
    quiet = str(own.get("quiet_hours") or "")
    if quiet:
        start, _, end = quiet.partition("-")
        chosen.setdefault("quiet_from", time.fromisoformat(start.strip()))
        chosen.setdefault("quiet_to", time.fromisoformat(end.strip()))
    return Readings(**chosen)
