"""The explorer is served to this machine alone, and everything of it behind its gate."""

from __future__ import annotations

import http.client
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from marimo._config.manager import ScriptConfigReader, get_default_config_manager

from commands import MINIMAL
from serving import UPGRADE, ask, cookie_of, folders_of_its_own, served
from shellcount.errors import UsageError
from shellcount.explore.opening import open_case
from shellcount.explore.server import APP, Server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with folders_of_its_own(tmp_path_factory.mktemp("user")), served(open_case(str(MINIMAL))) as server:
        yield server


@pytest.fixture(scope="module")
def cookie(server: Server) -> str:
    return cookie_of(server.address)


def test_the_page_and_what_it_is_made_of_come_with_the_cookie_alone(server: Server, cookie: str) -> None:
    assert ask(server.port, "/", Cookie=cookie).status == 200
    for path in ("/", "/favicon.ico", "/health", "/manifest.json", "/api/status", "/auth/login", "/public/x"):
        assert ask(server.port, path).status == 401
    assert ask(server.port, "/favicon.ico", Cookie=cookie).status == 200


def test_the_page_is_that_of_the_app_without_its_code(server: Server, cookie: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", "/", headers={"Cookie": cookie})
    page = connection.getresponse().read().decode()
    connection.close()
    assert "<title>shellcount" in page
    assert "open_case" not in page
    script = re.findall(r'src="\./(assets/[^"]+\.js)"', page)[0]
    assert ask(server.port, f"/{script}", Cookie=cookie).status == 200
    assert ask(server.port, f"/{script}").status == 401


def test_the_websocket_comes_with_the_cookie_to_its_own_page_alone(server: Server, cookie: str) -> None:
    path, origin = "/ws?session_id=s_abcdef", f"http://127.0.0.1:{server.port}"
    assert ask(server.port, path, **UPGRADE, Origin=origin).status == 401
    assert ask(server.port, path, **UPGRADE, Cookie=cookie, Origin="http://example.org").status == 403
    assert ask(server.port, path, **UPGRADE, Cookie=cookie).status == 403
    hosted = {"Host": "example.org", "Origin": "http://example.org"}
    assert ask(server.port, path, **UPGRADE, **hosted, Cookie=cookie).status == 400


def test_an_address_for_one_works_once(server: Server) -> None:
    address = server.address_for_one()
    assert address != server.address
    cookie_of(address)
    path = address.partition(f":{server.port}")[2]
    assert ask(server.port, path).status == 403
    cookie_of(server.address)


def test_it_listens_on_the_loopback_interface_alone(server: Server) -> None:
    assert server.address.startswith(f"http://127.0.0.1:{server.port}/?token=")
    assert server._socket.getsockname() == ("127.0.0.1", server.port)


def test_a_port_in_use_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        message = f"port {port} is in use: name another with --port, or leave it out"
        with pytest.raises(UsageError, match=message):
            Server(open_case(str(MINIMAL)), port)


def test_a_folder_of_somebody_else_puts_nothing_on_the_path_nor_into_the_environment(tmp_path: Path) -> None:
    hostile = '[tool.marimo.runtime]\npythonpath = ["evil"]\ndotenv = ["evil.env"]\n'
    (tmp_path / "pyproject.toml").write_text(hostile)
    found = get_default_config_manager(current_path=str(tmp_path))
    assert found.get_config()["runtime"]["pythonpath"] == [str(tmp_path / "evil")]
    counted = found.with_partial(ScriptConfigReader(str(APP))).get_config(hide_secrets=False)
    assert counted["runtime"]["pythonpath"] == counted["runtime"]["dotenv"] == []
