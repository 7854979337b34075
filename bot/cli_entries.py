"""`frontdesk entries`: what each window vouches for, version by version; also while the desk runs."""

import sys

import click


@click.group()
def entries() -> None:
    """What citizens are told of each matter, by whose word, and since when."""


@entries.command("list")
@click.option("--window", default="", help="one window's only: its id or name")
@click.option("--due", is_flag=True, help="those to be checked only")
def entries_list(window: str, due: bool) -> None:
    """What is told, and what waits for its window's yes."""
    from bot.entrybook import show

    show(window, due)


@entries.command("show")
@click.argument("topic")
def entries_show(topic: str) -> None:
    """All versions of one entry: the item's id or name, or answer:N."""
    from bot.entrybook import show_versions

    sys.exit(show_versions(topic))


@entries.command("export")
@click.option("--window", default="", help="one window's only: its id or name")
def entries_export(window: str) -> None:
    """The items as told now, as YAML a centre's items.yaml can take."""
    from bot.entrybook import export

    export(window)
