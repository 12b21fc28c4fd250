"""Pass on requests with the token of the explorer, or the cookie that it yields, and refuse all others."""

from __future__ import annotations

import secrets
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shellcount.explore.opening import BROWSER

HOSTS = ("127.0.0.1", "localhost", "[::1]")
PARAMETER = "token"
_BYTES = 32
# The page may ask for nothing beyond its own host. Its front end is built of scripts and styles that are
# written into it, and loads the widget from a blob or from data.
_SOURCES = {
    "default": "'self'",
    "script": "'self' 'unsafe-inline' 'unsafe-eval' blob: data:",
    "style": "'self' 'unsafe-inline'",
    "img": "'self' blob: data:",
    "font": "'self' data:",
    "connect": "'self' blob: data:",
    "worker": "'self' blob:",
    "frame": "'none'",
    "object": "'none'",
}
_POLICY = "".join(f"{kind}-src {sources}; " for kind, sources in _SOURCES.items())
_HEADERS = {
    "Content-Security-Policy": f"{_POLICY}base-uri 'self'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Gate:
    """Application that passes on requests of known browsers alone.

    A request for an address with a token is answered with a cookie and the address without it. From then on
    the cookie is what the browser is known by, so that the token stays in no history and in no page.

    Parameters
    ----------
    app
        Application behind the gate. It finds in the ``meta`` of a request what ``meta`` holds, and under
        ``browser`` the name of the browser.
    port
        Port of the server, after which the cookie is named: browsers keep cookies by host alone.
    meta
        Values for the application.
    """

    def __init__(self, app: ASGIApp, port: int, meta: dict[str, Any]) -> None:
        self.token = secrets.token_urlsafe(_BYTES)
        self._ticket: str | None = None
        self._cookie = f"shellcount_{port}"
        self._browsers: dict[str, str] = {}
        self._app, self._meta = app, meta
        self._guarded = TrustedHostMiddleware(self._checked, allowed_hosts=HOSTS, www_redirect=False)

    def ticket(self) -> str:
        """Make a token for a single request, for an address that other users of the machine may see.

        The address with which a browser is started is in the list of processes.
        """
        self._ticket = secrets.token_urlsafe(_BYTES)
        return self._ticket

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, and have every answer forbid what the page does not need."""

        async def hardened(message: Message) -> None:
            if message["type"] in {"http.response.start", "websocket.http.response.start"}:
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
            await send(message)

        await self._guarded(scope, receive, hardened)

    async def _checked(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        answer = self._foreign(connection) or self._admitted(connection) or self._unknown(connection)
        if answer is None:
            browser = self._browsers[self._cookie_of(connection)]
            await self._app({**scope, "meta": {**self._meta, BROWSER: browser}}, receive, send)
        else:
            await answer(scope, receive, send)

    def _foreign(self, connection: HTTPConnection) -> Response | None:
        """Refuse what a page of another origin asks for; a browser always tells the origin of a websocket."""
        origin = connection.headers.get("origin")
        needed = connection.scope["type"] == "websocket"
        if origin == f"http://{connection.headers['host']}" or (origin is None and not needed):
            return None
        return _refused(403, "this address answers its own page alone")

    def _admitted(self, connection: HTTPConnection) -> Response | None:
        """Answer an address with a token: with a cookie, or a refusal."""
        given = connection.query_params.get(PARAMETER)
        if given is None or connection.scope["type"] == "websocket":
            return None
        if not self._takes(given):
            return _refused(
                403, "the token in this address is wrong or used; take the address that the command printed"
            )
        answer = RedirectResponse("/", status_code=303)
        if self._cookie_of(connection) not in self._browsers:
            cookie = secrets.token_urlsafe(_BYTES)
            self._browsers[cookie] = secrets.token_hex(8)
            answer.set_cookie(self._cookie, cookie, httponly=True, samesite="lax")
        return answer

    def _takes(self, given: str) -> bool:
        """Tell whether a token is the right one, and use up a ticket."""
        if secrets.compare_digest(given.encode(), self.token.encode()):
            return True
        if self._ticket is not None and secrets.compare_digest(given.encode(), self._ticket.encode()):
            self._ticket = None
            return True
        return False

    def _unknown(self, connection: HTTPConnection) -> Response | None:
        """Refuse a request without the cookie of a known browser."""
        if self._cookie_of(connection) in self._browsers:
            return None
        return _refused(401, "open the address that shellcount explore printed, with its token")

    def _cookie_of(self, connection: HTTPConnection) -> str:
        return connection.cookies.get(self._cookie, "")


def _refused(status: int, reason: str) -> Response:
    return PlainTextResponse(f"shellcount: {reason}\n", status, {"Cache-Control": "no-store"})
