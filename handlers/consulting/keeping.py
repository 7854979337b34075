"""二㈢1: 条目 — a window keeps what citizens are told: one fact in one line, or asked for; before and after shown."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from bot.answers import Unread
from bot.talk import Talk
from handlers import words_consulting as words
from handlers.consulting import deciding, entries
from rules.consulting import days_refused
from storage.books import Books
from storage.consulting import is_answer


def my_entries(talk: Talk, books: Books) -> None:
    """条目, 我的条目, 条目 护照 费用 120元 — the window's own and nobody else's."""
    windows = talk.look("windows", lambda: entries.kept_by(books, talk.person))
    topics = talk.look("topics", lambda: entries.topics_of(books, windows))
    line = talk.look("line", lambda: read_line(books, topics, talk.given("line", "")))
    if not topics or line["fault"]:
        talk.say("reception/entry_not_yours", called=line["fault"])
        return
    talk.know("reception/entry_which", lambda: line["topic"] or None)
    topic = talk.ask("reception/entry_which", reads=partial(chosen, topics), topics=topics)
    change_entry(talk, books, topic, line["field"], line["value"])


def read_line(books: Books, topics: list[dict[str, Any]], line: str) -> dict[str, str]:
    """Which entry, which fact, what it is from now on; `fault` names another window's matter."""
    found = words.FIELD_SAID.search(line)
    head, value = (line[: found.start()], line[found.end() :].strip(" ,:")) if found else (line, "")
    asked = {"topic": "", "field": words.FIELDS[found[1]] if found else "", "value": value, "fault": ""}
    if not head.strip():
        return asked
    topic = chosen(topics, head)
    if isinstance(topic, str):
        asked["field"] = asked["field"] if (asked["field"] == "answer") == is_answer(topic) else ""
        return {**asked, "topic": topic}
    others = named(books, head)
    return {**asked, "fault": books.centre.items[others[0]].name if others else ""}


def chosen(topics: list[dict[str, Any]], text: str) -> str | Unread:
    """The entry of that number in the list, or whose name holds these words."""
    said = text.strip(" ,:。")
    if said.isdecimal() and 1 <= int(said) <= len(topics):
        return str(topics[int(said) - 1]["topic"])
    close = [one for one in topics if said and (said in one["called"] or one["called"] in said)]
    exact = [one for one in close if one["called"] == said] or close
    return str(exact[0]["topic"]) if len(exact) == 1 else Unread("reception/entry_unknown")


def named(books: Books, text: str) -> list[str]:
    """The items of the whole centre these words name."""
    said = text.strip()
    return [key for key, item in books.centre.items.items() if said in (item.name, *item.aliases)]


def change_entry(talk: Talk, books: Books, topic: str, field: str = "", value: str = "") -> None:
    """One fact: asked for unless said, shown before and after, then approved or on its way to who approves (2-03)."""
    row = talk.look("stands", lambda: in_force(books, topic))
    if row is None:
        talk.say("reception/entry_gone")
        return
    known = entries.shown(books, topic)
    answer = is_answer(topic)
    talk.know("reception/entry_field", lambda: "answer" if answer else field or None)
    asked = talk.ask("reception/entry_field", reads=field_in, **known)
    reads = partial(changes_in, asked, row["body"])
    read = talk.look("first value", lambda _: why_unread(reads(value)) if value else None, asked)
    if read:
        talk.say(read["path"], **read["values"])
    talk.know("reception/entry_value", lambda: first_read(reads, value), on=asked)
    changes = talk.ask("reception/entry_value", reads=reads, on=asked, field=asked, before=row["body"])
    after = {**row["body"], **changes}
    mine = talk.person.id in entries.approve_for(books, known_window(books, topic))
    facts = {"called": known["called"], "fields": [asked], "before": row["body"], "after": after}
    if talk.summary("reception/entry_check", mine=mine, unsaid=unsaid(changes), **facts):
        done = talk.once("change", change, books, topic, row["id"], after)
        talk.say(f"reception/entry_{done}", called=known["called"], adopted=False)


def in_force(books: Books, topic: str) -> dict[str, Any] | None:
    row = books.consulting.current(topic)
    return {"id": row.id, "body": row.body} if row is not None and entries.owner_of(books, topic) else None


def known_window(books: Books, topic: str) -> str:
    return entries.owner_of(books, topic)


def first_read(reads: Any, value: str) -> Any:
    """What the line already said; None where it says nothing or cannot be read, so that it is asked."""
    found = reads(value) if value else None
    return None if isinstance(found, Unread) else found


def why_unread(found: Any) -> dict[str, Any] | None:
    """What is to be said about a value in the line that cannot stand."""
    return {"path": found.path, "values": dict(found.values)} if isinstance(found, Unread) and found.path else None


def field_in(text: str) -> str | Unread:
    found = words.FIELD.search(text)
    return words.FIELDS[found[0]] if found and words.FIELDS[found[0]] != "answer" else Unread()


def changes_in(field: str, before: Mapping[str, Any], text: str) -> dict[str, Any] | Unread:
    """The parts of an entry that these words alter."""
    said = text.strip()
    if field == "materials":
        papers = [part.strip() for part in said.replace(",", "\n").replace("、", "\n").replace(";", "\n").split("\n")]
        return {"materials": [paper for paper in papers if paper]} if any(papers) else Unread()
    if field == "days":
        return days_in(before, said)
    if said in words.NONE and field in ("place", "hours", "phone", "notes"):
        return {field: ""}
    return {field: said} if any(c.isalnum() for c in said) else Unread()


def days_in(before: Mapping[str, Any], said: str) -> dict[str, Any] | Unread:
    """当场, 5个工作日, 承诺5 法定20; never more than the law gives (2-03)."""
    law = words.LEGAL_DAYS.search(said)
    own = words.DAYS.search(words.LEGAL_DAYS.sub(" ", said))
    spot = words.ON_THE_SPOT in said
    if not (law or own or spot):
        return Unread("reception/entry_days_unread")
    legal = int(law[1]) if law else before.get("legal_working_days")
    promised = 0 if spot else int(own[0]) if own else before.get("promised_working_days")
    if days_refused(promised, legal):
        return Unread("reception/entry_beyond_legal", {"promised": promised, "legal": legal})
    return {"on_the_spot": spot, "promised_working_days": promised, "legal_working_days": legal}


def unsaid(changes: Mapping[str, Any]) -> list[str]:
    """Papers that say neither original nor copy: told all at once means that too (2-03)."""
    told = (words.ORIGINAL, words.COPY, *words.PRESENCE)
    return [paper for paper in changes.get("materials", ()) if not any(word in paper for word in told)]


def change(books: Books, topic: str, base: int, body: dict[str, Any]) -> str:
    """In force at once where who acts may approve, else on its way to who may."""
    window = known_window(books, topic)
    number = books.consulting.draft(topic, window, body, "window", base)
    if books.actor not in entries.approve_for(books, window):
        deciding.ask_approval(books, number)
        return "sent"
    return "changed" if deciding.put_in_force(books, number) else "late"
