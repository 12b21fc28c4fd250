"""The gate of the explorer passes on what carries its token or cookie, and nothing else."""

from __future__ import annotations

import asyncio
from http.cookies import SimpleCookie
from typing import Any

import pytest
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from shellcount.explore.gate import HOSTS, Gate

PORT = 8123
HOST = f"127.0.0.1:{PORT}"
ORIGIN = f"http://{HOST}"


async def behind(scope: Scope, receive: Receive, send: Send) -> None:
    """The application behind the gate: accepts websockets, and tells what it was given."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    else:
        await JSONResponse({"path": scope["path"], **scope["meta"]})(scope, receive, send)


class Answer:
    """What a request is answered with."""

    headers: list[tuple[str, str]]

    def __init__(self, messages: list[dict[str, Any]]) -> None:
        start = messages[0]
        self.accepted = start["type"] == "websocket.accept"
        self.status: int = start.get("status", 0)
        self.headers = [(name.decode(), value.decode()) for name, value in start.get("headers", [])]
        self.text = b"".join(message.get("body", b"") for message in messages[1:]).decode()

    def header(self, name: str) -> str:
        return dict(self.headers)[name]

    @property
    def cookie(self) -> str:
        """The cookie that a browser would send from now on."""
        (morsel,) = SimpleCookie(self.header("set-cookie")).values()
        return f"{morsel.key}={morsel.value}"


def ask(gate: Gate, path: str = "/", kind: str = "http", method: str = "GET", **headers: str) -> Answer:
    path, _, query = path.partition("?")
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": f"{kind}.connect" if kind == "websocket" else "http.request"}

    scope = {
        "type": kind,
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [
            (name.encode(), value.encode("latin-1")) for name, value in ({"host": HOST} | headers).items()
        ],
        "extensions": {"websocket.http.response": {}},
    }
    asyncio.run(gate(scope, receive, send))
    return Answer(sent)


@pytest.fixture
def gate() -> Gate:
    return Gate(behind, PORT, {"case": "a case"})


@pytest.fixture
def cookie(gate: Gate) -> str:
    return ask(gate, f"/?token={gate.token}").cookie


# --- the token ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/assets/index.js", "/health", "/api/kernel/run", "/favicon.ico", "/@file/1-x"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "HEAD"])
def test_nothing_is_answered_without_the_token(gate: Gate, path: str, method: str) -> None:
    refused = ask(gate, path, method=method)
    assert refused.status == 401
    assert "a case" not in refused.text
    assert refused.header("cache-control") == "no-store"


def test_a_websocket_is_refused_without_the_cookie(gate: Gate) -> None:
    assert ask(gate, "/ws", "websocket", origin=ORIGIN).status == 401
    assert ask(gate, f"/ws?token={gate.token}", "websocket", origin=ORIGIN).status == 401


@pytest.mark.parametrize("token", ["", "x", "%00", "%ff", "é"])
def test_a_wrong_token_is_refused(gate: Gate, token: str) -> None:
    refused = ask(gate, f"/?token={token}")
    assert refused.status in {401, 403}
    assert "set-cookie" not in dict(refused.headers)


def test_the_token_yields_a_cookie_and_leaves_the_address(gate: Gate) -> None:
    answer = ask(gate, f"//example.org/?token={gate.token}&x=1")
    assert (answer.status, answer.header("location")) == (303, "/")
    said = answer.header("set-cookie").lower()
    assert "httponly" in said
    assert "samesite=lax" in said
    assert gate.token not in answer.header("set-cookie")
    assert answer.cookie.startswith(f"shellcount_{PORT}=")


def test_the_cookie_opens_what_the_token_would(gate: Gate, cookie: str) -> None:
    for path in ("/", "/assets/index.js"):
        answer = ask(gate, path, cookie=cookie)
        assert answer.status == 200
        assert '"case":"a case"' in answer.text
    assert ask(gate, "/ws", "websocket", cookie=cookie, origin=ORIGIN).accepted


def test_a_cookie_of_another_server_is_refused(gate: Gate) -> None:
    other = Gate(behind, PORT, {})
    cookie = ask(other, f"/?token={other.token}").cookie
    assert ask(gate, cookie=cookie).status == 401


def test_each_browser_has_a_name_which_is_not_its_cookie(gate: Gate, cookie: str) -> None:
    name = ask(gate, cookie=cookie).text
    assert ask(gate, cookie=cookie).text == name
    second = ask(gate, f"/?token={gate.token}").cookie
    assert ask(gate, cookie=second).text != name
    assert cookie.partition("=")[2] not in name


def test_a_browser_that_comes_by_the_token_again_stays_who_it_is(gate: Gate, cookie: str) -> None:
    again = ask(gate, f"/?token={gate.token}", cookie=cookie)
    assert again.status == 303
    assert "set-cookie" not in dict(again.headers)


def test_an_address_for_one_request_works_once(gate: Gate) -> None:
    ticket = gate.ticket()
    assert ticket != gate.token
    assert ask(gate, f"/?token={ticket}").status == 303
    assert ask(gate, f"/?token={ticket}").status == 403
    assert ask(gate, f"/?token={gate.token}").status == 303


# --- other hosts and origins -------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["example.org", f"example.org:{PORT}", "127.0.0.1.example.org", "[::2]", "", "a b"]
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_another_host_is_refused(gate: Gate, cookie: str, host: str, kind: str) -> None:
    refused = ask(gate, f"/?token={gate.token}", kind, host=host, cookie=cookie, origin=f"http://{host}")
    assert refused.status == 400


@pytest.mark.parametrize("host", HOSTS)
def test_names_of_this_machine_are_answered(gate: Gate, host: str) -> None:
    assert ask(gate, f"/?token={gate.token}", host=f"{host}:{PORT}").status == 303


@pytest.mark.parametrize(
    "origin", ["http://example.org", "null", "http://127.0.0.1:1", f"https://{HOST}", ""]
)
def test_another_origin_is_refused(gate: Gate, cookie: str, origin: str) -> None:
    assert ask(gate, "/ws", "websocket", cookie=cookie, origin=origin).status == 403
    assert ask(gate, "/api", method="POST", cookie=cookie, origin=origin).status == 403


def test_a_websocket_without_an_origin_is_refused(gate: Gate, cookie: str) -> None:
    assert ask(gate, "/ws", "websocket", cookie=cookie).status == 403


# --- what every answer says --------------------------------------------------------------


def test_every_answer_forbids_what_the_page_does_not_need(gate: Gate, cookie: str) -> None:
    answers = [
        ask(gate),
        ask(gate, host="example.org"),
        ask(gate, cookie=cookie),
        ask(gate, f"/?token={gate.token}"),
        ask(gate, "/ws", "websocket"),
    ]
    for answer in answers:
        policy = answer.header("content-security-policy")
        assert "default-src 'self'" in policy
        assert "http:" not in policy
        assert answer.header("referrer-policy") == "no-referrer"
        assert answer.header("cross-origin-resource-policy") == "same-origin"
