"""Printed paper: a page made of what stands in the books now, under a link only the desk can make."""

import hmac
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.contents import Download
from bot.desk import Desk
from bot.web.page import FORMS, Page, guarded
from storage.books import Books
from storage.papers import mark_of


class Papers:
    """Whoever has the link may print; a link whose paper is over shows nothing."""

    def __init__(self, desk: Desk) -> None:
        self._papers, self._do = desk.contents.papers, desk.do
        self._page, self._forms = Page(), Page(FORMS, {"qr": qr})

    def routes(self) -> list[Route]:
        return [Route("/paper/{name}/{about}/{mark}", self._show)]

    @guarded
    async def _show(self, request: Request) -> Response:
        name, about, mark = (request.path_params[key] for key in ("name", "about", "mark"))
        values = await self._do(lambda books: self._read(books, name, about, mark))
        if values is None:
            return HTMLResponse(self._forms.words("gone"), 404)
        if isinstance(values, Download):
            named = {"Content-Disposition": f'attachment; filename="{values.name}"'}
            return Response(values.content, media_type=values.kind, headers=named)
        css = f"/web/static/{self._page.hashed('paper.css')}"
        return HTMLResponse(self._forms.words(name, css=css, **values))

    # The writer reads it: a paper is asked for a few times a day, and a board every five seconds.
    def _read(self, books: Books, name: str, about: str, mark: str) -> dict[str, Any] | Download | None:
        paper = self._papers.get(name)
        if paper is None or not hmac.compare_digest(mark, mark_of(books, name, about)):
            return None
        values = paper(books, about)
        return {"centre": books.centre, "now": books.now, **values} if isinstance(values, dict) else values


def qr(text: str) -> str:
    """The text as a QR code, to be drawn into the page as large as its style says, never cut off."""
    import segno

    return str(segno.make_qr(text, error="m").svg_inline(border=4, omitsize=True))
