"""`frontdesk`: every command of the desk. Parts are imported when a command needs them, so that each starts at once."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from bot.cli_entries import entries
from bot.cli_keeping import KEEPING
from bot.cli_wording import wording

EXAMPLE = Path(__file__).resolve().parents[1] / "deploy" / "centre.example"
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def main() -> None:
    """The service centre's chat front desk."""
    from bot.logs import to_stderr

    to_stderr()


@main.command()
def run() -> None:
    """Start the desk: database, channels, clocks, pages."""
    from bot.serving import serve

    serve()


@main.command()
@click.argument("folder", type=FOLDER)
@click.option("--database", "database_url", default="", help="sqlite:///PATH or postgresql://…")
def load(folder: Path, database_url: str) -> None:
    """Take over a centre's facts; all or nothing, may be run again."""
    from bot.upkeep import load_centre

    sys.exit(load_centre(folder, database_url))


@main.command()
@click.option("--database", "database_url", default="")
def migrate(database_url: str) -> None:
    """Bring the database to the newest migration."""
    from bot.upkeep import migrate as bring_up

    bring_up(database_url)


@main.command()
@click.option("--centre", type=FOLDER, default=EXAMPLE)
@click.option("--database", "database_url", default="", help="kept between runs; a temporary one unless named")
@click.option("--now", default="", help="set the clock, which then stands still between lines")
def talk(centre: Path, database_url: str, now: str) -> None:
    """Hold a conversation: one JSON object a line in, what is said because of it out."""
    from bot.cli_talk import talk as hold

    hold(centre, database_url, now)


@main.command()
@click.option("--as", "person", default="guest", help="a roster id or name; anything else is a citizen")
@click.option("--centre", type=FOLDER, default=EXAMPLE)
@click.option("--database", "database_url", default="")
def chat(person: str, centre: Path, database_url: str) -> None:
    """Talk to the desk in this terminal."""
    from bot.cli_chat import chat as converse

    converse(person, centre, database_url)


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def play(file: Path) -> None:
    """Play a transcript for anybody to read."""
    from bot.transcripts import play as perform

    sys.stdout.write(perform(file))


@main.command()
@click.option("--centre", type=FOLDER, default=EXAMPLE)
def route(centre: Path) -> None:
    """Read {"id","text"} lines, write where each leads and how surely."""
    from bot.understanding.catalogue import Catalogue
    from bot.understanding.cli_lines import route_line
    from bot.understanding.routing import Router

    router = Router(Catalogue.load(centre))
    _each_line(lambda line: route_line(router, line))


@main.command()
@click.option("--centre", type=FOLDER, default=EXAMPLE)
def when(centre: Path) -> None:
    """Read {"id","text","ref","context"} lines, write the span each means."""
    from bot.understanding.cli_lines import when_line
    from storage.loading import load_folder

    calendar = load_folder(centre).centre.calendar
    _each_line(lambda line: when_line(line, calendar))


@main.group()
def jobs() -> None:
    """What the clocks do."""


@jobs.command("list")
def jobs_list() -> None:
    """Every job and when it rings next."""
    from bot.upkeep import list_jobs

    list_jobs()


@jobs.command("run")
@click.argument("name")
def jobs_run(name: str) -> None:
    """Ring one job now."""
    from bot.upkeep import run_job

    sys.exit(run_job(name))


@main.group()
def outbox() -> None:
    """What waits to be sent."""


@outbox.command("list")
def outbox_list() -> None:
    """Letters not yet sent, and those that could not be; without their words."""
    from bot.upkeep import list_outbox

    list_outbox()


@main.group()
def audit() -> None:
    """The keyed chain over the records."""


@audit.command("verify")
@click.option("--database", "database_url", default="")
@click.option("--head", "heads", multiple=True, help="SEQ:MAC as an administrator got it in a morning's message")
def audit_verify(database_url: str, heads: tuple[str, ...]) -> None:
    """Recompute the chain; names the first line or row that does not add up.

    Without a head, a chain whose end was cut off and one made anew with the stolen key look whole.
    """
    from bot.upkeep import verify

    sys.exit(verify(database_url, heads))


@main.command()
@click.argument("person")
def code(person: str) -> None:
    """A one-time code that binds a chat account to a colleague."""
    from bot.upkeep import new_code

    sys.exit(new_code(person))


@main.command("window-codes")
@click.option("--telegram", default="", help="the bot's name without @: a second code beside the page's")
def window_codes(telegram: str) -> None:
    """A sheet to print (HTML, standard output): for each window a QR code that starts with its matters."""
    from bot.window_codes import sheet

    click.echo(sheet(telegram))


@main.group()
def config() -> None:
    """The settings."""


@config.command("check")
def config_check() -> None:
    """Read the settings as the desk would; name each with its value, secrets masked."""
    from bot.doctor import show_settings

    show_settings()


@main.command()
def doctor() -> None:
    """Look the desk over and say in plain Chinese what is not in order."""
    from bot.doctor import examine

    sys.exit(examine())


@main.command()
@click.option("--ready", is_flag=True, help="also 1 while an alarm stops the desk; the alarms are named")
def healthcheck(ready: bool) -> None:
    """Ask the running desk whether it is there: 0 or 1."""
    from bot.healthcheck import check

    sys.exit(check(ready))


def _each_line(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    for text in sys.stdin:
        if text.strip():
            sys.stdout.write(json.dumps(_answered(text, answer), ensure_ascii=False) + "\n")
            sys.stdout.flush()


def _answered(text: str, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    try:
        return answer(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError) as trouble:
        return {"error": str(trouble) or type(trouble).__name__}


main.add_command(wording)
main.add_command(entries)
for command in KEEPING:
    main.add_command(command)

if __name__ == "__main__":
    os.umask(0o077)
    main()
