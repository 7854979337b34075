"""`frontdesk wording`: what the desk may learn of how citizens put it; also while the desk runs."""

import sys

import click


@click.group()
def wording() -> None:
    """Citizens' own words that lead to a matter, proposed by who answered them."""


@wording.command("list")
@click.option("--all", "everything", is_flag=True, help="those decided as well")
def wording_list(everything: bool) -> None:
    """What waits to be taken over, by number."""
    from bot.wordbook import show

    show(everything)


@wording.command()
@click.argument("number", type=int)
@click.option("--as", "text", default="", help="other words than proposed")
@click.option("--for", "route", default="", help="another matter: its id or name, window:ID, elsewhere:ID")
def accept(number: int, text: str, route: str) -> None:
    """Take a proposal over; it counts from the next message on."""
    from bot.wordbook import decide

    sys.exit(decide(number, True, text, route))


@wording.command()
@click.argument("number", type=int)
def refuse(number: int) -> None:
    """Do not take it over."""
    from bot.wordbook import decide

    sys.exit(decide(number, False))


@wording.command()
@click.argument("route")
@click.argument("text")
def add(route: str, text: str) -> None:
    """Teach the desk words nobody has proposed: the matter's id or name, then the words."""
    from bot.wordbook import teach

    sys.exit(teach(route, text))
