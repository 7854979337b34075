"""Danger said amid something else: the public number at once, and a person (ux 25)."""

from bot.contents import System
from bot.talk import Talk
from handlers.contacts import hand_to_officer
from storage.books import Books


def alarm(talk: Talk, books: Books) -> None:
    """着火了 while a booking is half done: what was open waits and is offered again."""
    talk.once("passed", hand_to_officer, books, talk.person.id, [talk.given("text")], "danger")
    talk.say("first_contact/emergency", service=talk.given("service"), told=True)


SYSTEM = System(name="emergency", conversations={"emergency/alarm": alarm})
