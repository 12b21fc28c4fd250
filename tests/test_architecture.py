"""The architecture page names files that exist, few for each change, and has every room and module."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "shellcount"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
API = ROOT / "docs" / "reference" / "api"
CHANGES = ("a kind of claim", "a question", "an engine", "a section of the report", "a command")
MOST_FILES = 3
NOT_IN_API = ("__main__", "cli", "version")
ONE_MODULE = ("plots",)  # its figures are described; what they are made of is not


def rows_between(start: str, end: str) -> list[list[str]]:
    """Cells of a table of the page, head left out."""
    lines = PAGE.split(start)[1].split(end)[0].splitlines()
    table = [line for line in lines if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def where_to_add() -> dict[str, list[str]]:
    """What each change touches, as the page words it."""
    found: dict[str, list[str]] = {}
    for what, place, _ in rows_between("<!-- where to add:", "<!-- where to add: end -->"):
        found.setdefault(what or [*found][-1], []).append(place)
    return found


def named(text: str) -> list[str]:
    return re.findall(r"`([\w/]+(?:\.py|/))`", text)


def test_the_page_says_where_to_add_each_change() -> None:
    changes = where_to_add()
    assert len(changes) == len(CHANGES)
    assert all(what.startswith(change) for what, change in zip(changes, CHANGES, strict=True))


def test_a_change_touches_at_most_three_files_which_exist() -> None:
    for what, places in where_to_add().items():
        assert len(places) <= MOST_FILES, what
        for place in places:
            assert named(place), place
            assert all((SRC / name).exists() for name in named(place)), place


def test_every_step_from_a_case_to_a_page_is_in_a_module_that_exists() -> None:
    steps = rows_between("## From a case to a page", "`Results` separates")
    assert [step[0] for step in steps] == ["read", "build", "sample", "fit", "analyse", "write"]
    for *_, place in steps:
        assert named(place)
        assert all((SRC / name).is_file() for name in named(place))


def test_every_room_is_on_the_page_in_the_order_of_the_contract() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = project["tool"]["importlinter"]["contracts"][0]
    layers = [[room.strip() for room in layer.split("|")] for layer in contract["layers"]]
    expected = [[str(place), room] for place, layer in enumerate(layers, 1) for room in layer]
    rows = rows_between("<!-- [[[cog rooms.map_of_layers() ]]] -->", "<!-- [[[end]]] -->")
    assert [[layer, room.split("`")[1]] for layer, room, _ in rows] == expected
    assert all(holds for *_, holds in rows)
    here = {path.stem for path in SRC.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert here - {"__init__"} == {room for _, room in expected}


MODULES = sorted(
    path.relative_to(SRC) for path in SRC.rglob("*.py") if path.stem not in {"__init__", "__main__"}
)


def is_listed(module: Path) -> bool:
    """Whether a module is in the section of its room, and on the page of the room in the API."""
    room, *inner = module.with_suffix("").parts
    if inner:
        section = PAGE.split(f"\n### {room}\n")[1].split("\n### ")[0]
        if f"| `{'.'.join(inner)}` |" not in section:
            return False
    if room in NOT_IN_API:
        return True
    name = room if room in ONE_MODULE else ".".join([room, *inner])
    api = (API / f"{room}.md").read_text(encoding="utf-8")
    return re.search(rf"^\.\. (auto)?module:: shellcount\.{name}$", api, re.MULTILINE) is not None


def test_every_module_is_on_the_page_and_on_the_page_of_the_api() -> None:
    assert [str(module) for module in MODULES if not is_listed(module)] == []
    assert not is_listed(Path("case/unheard_of.py"))


def test_every_room_has_a_page_of_the_api_in_the_order_of_the_contract() -> None:
    index = API.with_suffix(".md").read_text(encoding="utf-8")
    rows = rows_between("<!-- [[[cog rooms.map_of_layers() ]]] -->", "<!-- [[[end]]] -->")
    rooms = [room.split("`")[1] for _, room, _ in rows]
    expected = [room for room in rooms if room not in NOT_IN_API]
    assert re.findall(r"^\w+ <api/(\w+)>$", index, re.MULTILINE) == expected
    assert re.findall(r"^\| \[`(\w+)`\]\(api/\1\.md\) \|", index, re.MULTILINE) == expected
    assert sorted(page.stem for page in API.glob("*.md")) == sorted(expected)


def test_every_page_that_the_page_links_to_exists() -> None:
    linked = re.findall(r"\]\((?!https?:)([\w/.-]+)(?:#[\w-]+)?\)", PAGE)
    assert linked
    assert all((ROOT / "docs" / name).is_file() for name in linked)


def test_every_link_to_a_section_of_another_page_leads_to_one() -> None:
    for page, anchor in re.findall(r"\]\(([\w/.-]+\.md)#([\w-]+)\)", PAGE):
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
        assert anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
