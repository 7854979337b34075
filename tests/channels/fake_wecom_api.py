"""The API side of the fake WeCom: tokens, messages, cards, media, with the sheet's limits and errors."""

import asyncio
import json
import os
import re
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

Json = dict[str, Any]
CORP_ID, AGENT_ID, SECRET = "wx5823bf96d3bd56c7", 1000002, "corp-secret-canary"
HOURS = 3600.0
TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}")


@dataclass(slots=True)
class Sent:
    """One message a member has, or would have if `dropped` were not set."""

    userid: str
    payload: Json
    at: float
    dropped: bool = False
    response_code: str = ""
    greyed: str = ""

    @property
    def card(self) -> Json:
        return self.payload.get("template_card") or {}

    @property
    def text(self) -> str:
        if not self.card:
            return str(self.payload["text"]["content"])
        title = self.card["main_title"]
        facts = [f"{fact['keyname']}：{fact['value']}" for fact in self.card.get("horizontal_content_list", [])]
        lines = [title["title"], title.get("desc", ""), self.card.get("sub_title_text", ""), *facts]
        return "\n".join(line for line in lines if line)

    @property
    def buttons(self) -> dict[str, str]:
        return {button["text"]: button["key"] for button in self.card.get("button_list", [])}


class Calls:
    """The API side. `fail` scripts what goes wrong; `offset` moves its clock."""

    def __init__(self) -> None:
        self.offset, self.callback_set = 0.0, True
        self.members_away: set[str] = set()
        self.unlicensed: set[str] = set()
        self.calls: list[tuple[str, Json]] = []
        self.inbox: list[Sent] = []
        self.files: dict[str, tuple[bytes, float]] = {}
        self.tokens: dict[str, float] = {}
        self.token_error, self.every_token_bad, self.gettoken_delay = 42001, False, 0.0
        self._faults: defaultdict[str, list[int | str]] = defaultdict(list)
        self._tasks: set[str] = set()
        self._codes: dict[str, tuple[float, Sent]] = {}
        self._seen: dict[str, float] = {}

    def now(self) -> float:
        return time.time() + self.offset

    def fail(self, path: str, *faults: int | str) -> None:
        """What the next calls of `path` meet: errcodes, "ok", "html", "status:502"; done unanswered: "cut", "hang"."""
        self._faults[path] += faults

    def count(self, path: str) -> int:
        return sum(called == path for called, _ in self.calls)

    def forget_tokens(self, error: int = 42001) -> None:
        """The platform takes back every token before its time; old ones then meet `error`."""
        self.tokens, self.token_error = {}, error

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the API; a fault comes before or, for "cut", after the work."""
        request = Request(scope, receive)
        path = request.url.path.removeprefix("/cgi-bin/")
        body, faults = await self._read(request), self._faults[path]
        self.calls.append((path, body or {}))
        fault = faults.pop(0) if faults else None
        answer = self._broken(fault) or await self._work(path, request, body)
        if fault == "hang":
            await asyncio.sleep(3)
        if fault == "cut":
            # A response begun and not ended makes the server close the connection.
            await send({"type": "http.response.start", "status": 200, "headers": []})
        else:
            await answer(scope, receive, send)

    async def _read(self, request: Request) -> Json | None:
        try:
            return dict(json.loads(await request.body() or b"{}"))
        except ValueError:
            return None

    def _broken(self, fault: int | str | None) -> Response | None:
        if isinstance(fault, int):
            return _error(fault)
        if fault == "html":
            return PlainTextResponse("<html>busy</html>")
        return Response(status_code=int(fault[7:])) if fault and fault.startswith("status:") else None

    async def _work(self, path: str, request: Request, body: Json | None) -> Response:
        query = request.query_params
        if path == "gettoken":
            return await self._gettoken(query.get("corpid", ""), query.get("corpsecret", ""))
        if error := self._token_trouble(query.get("access_token", "")):
            return _error(error)
        if body is None:
            return _error(40035, "Warning: wrong json format.")
        if path == "media/get":
            return self._media(query.get("media_id", ""))
        works: dict[str, Callable[[Json], Response]] = {
            "message/send": self._send,
            "message/update_template_card": self._update,
        }
        return works[path](body) if path in works else Response(status_code=404)

    async def _gettoken(self, corp_id: str, secret: str) -> Response:
        await asyncio.sleep(self.gettoken_delay)
        if corp_id != CORP_ID or secret != SECRET:
            return _error(40013 if corp_id != CORP_ID else 40001)
        good = [token for token, until in self.tokens.items() if until > self.now()]
        token = good[0] if good else f"token-canary-{os.urandom(6).hex()}"
        until = self.tokens.setdefault(token, self.now() + 2 * HOURS)
        return JSONResponse(
            {"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": int(until - self.now())}
        )

    def _token_trouble(self, token: str) -> int:
        if not token:
            return 41001
        good = self.tokens.get(token, 0.0) > self.now() and not self.every_token_bad
        return 0 if good else self.token_error

    def _media(self, media_id: str) -> Response:
        content, until = self.files.get(media_id, (b"", 0.0))
        if until <= self.now():
            return _error(40007)
        return Response(content, headers={"content-disposition": 'attachment; filename="file"'})

    def _send(self, body: Json) -> Response:
        people = [userid.lower() for userid in str(body.get("touser", "")).split("|") if userid]
        if error := self._unfit(body, people):
            return _error(error)
        missed = [userid for userid in people if userid in self.members_away]
        if len(missed) == len(people):
            return _error(81013)
        answer: Json = {"errcode": 0, "errmsg": "ok", "msgid": os.urandom(8).hex(), "invaliduser": "|".join(missed)}
        answer["unlicenseduser"] = "|".join(userid for userid in people if userid in self.unlicensed)
        if not self._repeated(body):
            self._tasks.add(body.get("template_card", {}).get("task_id", ""))
            for userid in set(people) - set(missed) - self.unlicensed:
                answer["response_code"] = self._put(userid, body)
        return JSONResponse(answer)

    def _unfit(self, body: Json, people: list[str]) -> int:
        if not people or len(people) > 1000:
            return 40035
        if body.get("agentid") != AGENT_ID:
            return 40056
        if body.get("msgtype") == "text":
            return 0 if body.get("text", {}).get("content") else 44004
        if body.get("msgtype") != "template_card":
            return 40008
        return self._unfit_card(body.get("template_card", {})) if self.callback_set else 43012

    def _unfit_card(self, card: Json) -> int:
        buttons, task = card.get("button_list", []), card.get("task_id", "")
        keys = {button.get("key") for button in buttons}
        if not TASK_ID.fullmatch(task) or (task in self._tasks):
            return 42014
        if not 0 < len(buttons) <= 6:
            return 40016
        if len(keys) < len(buttons) or not all(key and len(key.encode()) <= 1024 for key in keys):
            return 42017
        if not all(button.get("text") for button in buttons):
            return 42019
        return 0 if card.get("main_title", {}).get("title") else 42027

    def _repeated(self, body: Json) -> bool:
        if not body.get("enable_duplicate_check"):
            return False
        same = json.dumps(body, sort_keys=True)
        until = self._seen.get(same, 0.0)
        self._seen[same] = max(until, self.now() + min(body.get("duplicate_check_interval", 1800), 4 * HOURS))
        return until > self.now()

    def _put(self, userid: str, body: Json) -> str:
        """Into the member's hands, unless there were 30 within the minute: the rest is dropped without a word."""
        cut = json.loads(json.dumps(body))
        if body["msgtype"] == "text":
            cut["text"]["content"] = body["text"]["content"].encode()[:2048].decode(errors="replace")
        recent = [sent for sent in self.inbox if sent.userid == userid and sent.at > self.now() - 60]
        sent = Sent(userid, cut, self.now(), dropped=len(recent) >= 30)
        self.inbox.append(sent)
        if sent.card:
            sent.response_code = self.new_code(sent)
        return sent.response_code

    def new_code(self, sent: Sent) -> str:
        code = os.urandom(12).hex()
        self._codes[code] = (self.now() + 72 * HOURS, sent)
        return code

    def _update(self, body: Json) -> Response:
        until, sent = self._codes.pop(body.get("response_code", ""), (0.0, None))
        if sent is None or until <= self.now():
            return _error(60140)
        sent.greyed = body.get("button", {}).get("replace_name", "")
        return JSONResponse({"errcode": 0, "errmsg": "ok", "invaliduser": []})


def _error(code: int, more: str = "") -> Response:
    return JSONResponse({"errcode": code, "errmsg": f"wrong, hint: [1700_9], from ip: 203.0.113.9, {more}"})
