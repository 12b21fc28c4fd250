"""Serve the explorer to the browsers of this machine, and to nobody else."""

from __future__ import annotations

import errno
import socket
from pathlib import Path
from typing import cast

import uvicorn
from marimo import create_asgi_app
from starlette.applications import Starlette
from starlette.routing import Mount

from shellcount.errors import UsageError
from shellcount.explore.gate import PARAMETER, Gate
from shellcount.explore.opening import OPENING, Opening

APP = Path(__file__).with_name("app.py")
HOST = "127.0.0.1"
# The explorer fills the page, and tells itself when the server is gone; what marimo shows is for notebooks.
_HEAD = """
<style>
  #App > div, #App > div > div, #App .output-area { padding: 0; }
  #App .output { margin: 0; }
  [data-testid="notebook-actions-dropdown"], [data-testid="disconnected-indicator"],
  #App > [class~="sm:pt-8"], .noise, .disconnected-gradient, [aria-label^="Notifications"] { display: none; }
</style>
"""
_KEPT_SECONDS = 600  # how long a page may be away, in a laptop that sleeps, before its session ends
_BACKLOG = 128


class _Uvicorn(uvicorn.Server):
    """Server that ends the sessions of marimo with itself: their threads would keep the process alive."""

    def __init__(self, config: uvicorn.Config, app: Starlette) -> None:
        super().__init__(config)
        self._apps = [cast("Starlette", route.app) for route in app.routes if isinstance(route, Mount)]

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End all sessions, and then the server."""
        for app in self._apps:
            await app.state.session_manager.shutdown()
        await super().shutdown(sockets)


class Server:
    """Server of one explorer, which listens from the start and answers while it runs.

    Parameters
    ----------
    opening
        What the explorer starts from.
    port
        Port of the loopback interface; 0 for any that is free.

    Raises
    ------
    UsageError
        When the port cannot be had.
    """

    def __init__(self, opening: Opening, port: int = 0) -> None:
        self._socket = _listening(port)
        self.port: int = self._socket.getsockname()[1]
        pages = create_asgi_app(quiet=True, session_ttl=_KEPT_SECONDS, html_head=_HEAD)
        app = cast("Starlette", pages.with_app(path="", root=str(APP)).build())
        self._gate = Gate(app, self.port, {OPENING: opening})
        config = uvicorn.Config(
            self._gate,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="websockets-sansio",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        self._server = _Uvicorn(config, app)

    @property
    def address(self) -> str:
        """Address with the token, for any browser of this machine."""
        return self._with(self._gate.token)

    def address_for_one(self) -> str:
        """Make an address that works once, for the start of a browser, which others may see."""
        return self._with(self._gate.ticket())

    def run(self) -> None:
        """Answer requests until the process is interrupted, or :meth:`stop` is called.

        Raises
        ------
        KeyboardInterrupt
            When the process was interrupted.
        """
        self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """Stop answering, from another thread."""
        self._server.should_exit = True

    def _with(self, token: str) -> str:
        return f"http://{HOST}:{self.port}/?{PARAMETER}={token}"


def _listening(port: int) -> socket.socket:
    """Open a socket of the loopback interface, and listen on it."""
    try:
        return socket.create_server((HOST, port), backlog=_BACKLOG)
    except OSError as error:
        reason = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        raise UsageError(f"port {port} {reason}: name another with --port, or leave it out") from None
