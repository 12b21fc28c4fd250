"""Explorers that are served in a thread or a process of their own, and asked without a browser."""

from __future__ import annotations

import contextlib
import http.client
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from processes import unmeasured
from shellcount.explore.kept import STATE_VARIABLE
from shellcount.explore.opening import Opening

if TYPE_CHECKING:
    from shellcount.explore.server import Server

UPGRADE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


class Unserved:
    """Stands for a server: tells what it would serve, and is interrupted at once."""

    def __init__(self, opening: Opening, port: int) -> None:
        self.opening, self.port, self.address = opening, port or 4321, "http://127.0.0.1:4321/?token=t"

    def address_for_one(self) -> str:
        return "http://127.0.0.1:4321/?token=once"

    def run(self) -> None:
        raise KeyboardInterrupt


@contextlib.contextmanager
def served(opening: Opening) -> Iterator[Server]:
    """Serve an explorer in a thread."""
    from shellcount.explore.server import Server

    server = Server(opening)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()


@contextlib.contextmanager
def started(*words: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Start the command in a process of its own, and read what it prints with --json."""
    process = subprocess.Popen(
        [sys.executable, "-m", "shellcount", "explore", *words, "--no-browser", "--json"],
        env=unmeasured(**environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        text = ""
        for line in lines:
            text += line
            if line == "}\n":
                break
        yield process, json.loads(text)
    finally:
        process.kill()
        process.communicate()


def ask(port: int, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    """Ask a server once, and read all that it answers with but for what follows an upgrade."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request(
        method, path, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    answer = connection.getresponse()
    if answer.status != 101:
        answer.read()
    connection.close()
    return answer


def cookie_of(address: str) -> str:
    """Take an address with its token to the server, and keep the cookie."""
    parts = urlsplit(address)
    assert parts.port is not None
    answer = ask(parts.port, f"{parts.path}?{parts.query}")
    assert (answer.status, answer.headers["location"]) == (303, "/")
    (morsel,) = SimpleCookie(answer.headers["set-cookie"]).values()
    return f"{morsel.key}={morsel.value}"


@contextlib.contextmanager
def folders_of_its_own(folder: Path) -> Iterator[None]:
    """Have whatever is written for the user written below a folder."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings_below(folder).items():
            patch.setenv(name, value)
        yield


def settings_below(folder: Path) -> dict[str, str]:
    """Variables that name the folders of the user."""
    names = (STATE_VARIABLE, "XDG_CONFIG_HOME", "XDG_STATE_HOME")
    return {name: str(folder / name.lower()) for name in names}
