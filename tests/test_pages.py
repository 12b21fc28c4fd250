"""Pages of the documentation are run: a block that nothing runs, that fails, or that is stale, is found."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture(scope="module")
def session() -> ModuleType:
    spec = importlib.util.spec_from_file_location("session", DOCS / "session.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return tmp_path / "page.md"


def write(page: Path, *blocks: str) -> Path:
    page.write_text("# A page\n\n" + "\n\n".join(blocks) + "\n", encoding="utf-8")
    return page


def test_what_a_command_prints_takes_the_place_of_what_it_printed(session: ModuleType, page: Path) -> None:
    write(page, "Text.", "```console\n$ echo new; echo lines\nold\n$ true\n```", "More text.")
    assert session.played(page) == (
        "# A page\n\nText.\n\n```console\n$ echo new; echo lines\nnew\nlines\n$ true\n```\n\nMore text.\n"
    )


def test_a_page_is_one_session_in_a_folder_of_its_own(session: ModuleType, page: Path) -> None:
    write(page, "```console\n$ echo kept > file\n```", "```console\n$ ls\n$ cat file\n```")
    assert "$ ls\nfile\n$ cat file\nkept\n" in session.played(page)
    assert [path.name for path in page.parent.iterdir()] == ["page.md"]


def test_files_are_written_added_to_and_changed_by_section(session: ModuleType, page: Path) -> None:
    write(
        page,
        "```{code-block} toml\n:caption: a.toml\n# --- one ---\nx = 1\n\n# --- two words ---\ny = 2\n```",
        "```{code-block} toml\n:caption: a.toml, section one\nx = 10\n```",
        "```{code-block} toml\n:caption: a.toml, section two words\ny = 20\n```",
        "```{code-block} toml\n:caption: a.toml, at the end\nz = 30\n```",
        "```console\n$ cat a.toml\n```",
    )
    made = session.played(page).split("$ cat a.toml\n")[1].split("```")[0]
    assert " ".join(made.split()) == "# --- one --- x = 10 # --- two words --- y = 20 z = 30"


def test_both_outputs_are_shown_and_digests_are_not(session: ModuleType, page: Path) -> None:
    write(page, "```console\n$ echo sha256:0123abcd; echo wrong >&2\n```")
    assert "\nsha256:…\nwrong\n" in session.played(page)


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("```python\nprint(1)\n```", "page.md:3: nothing runs a block of python"),
        ("```\nplain\n```", "page.md:3: nothing runs a block of no language"),
        ("```console\n$ echo why; exit 3\n```", "'echo why; exit 3' ends with status 3: why"),
        ("```{code-block} toml\nx = 1\n```", "a file needs a caption that says its name"),
        ("```{code-block} toml\n:caption: ../a.toml and more\nx = 1\n```", "a file needs a caption"),
    ],
)
def test_a_block_that_cannot_be_run_is_a_fault(
    session: ModuleType, page: Path, block: str, message: str
) -> None:
    with pytest.raises(session.PageError) as refused:
        session.played(write(page, block))
    assert message in str(refused.value)


def test_a_section_that_is_not_there_is_a_fault(session: ModuleType, page: Path) -> None:
    write(
        page,
        "```{code-block} toml\n:caption: a.toml\n# --- one ---\n```",
        "```{code-block} toml\n:caption: a.toml, section other\n```",
    )
    with pytest.raises(session.PageError, match="there is no section 'other'"):
        session.played(page)


def test_a_block_is_left_out_only_with_a_reason(session: ModuleType, page: Path) -> None:
    block = "```console\n$ false\n```"
    assert session.played(write(page, f"<!-- not run: it takes an hour -->\n{block}")) == page.read_text(
        "utf-8"
    )
    with pytest.raises(session.PageError):
        session.played(write(page, f"<!-- not run: -->\n{block}"))


def test_a_stale_page_fails_the_check_and_is_written_anew_otherwise(page: Path) -> None:
    def played(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(DOCS / "session.py"), *words, str(page)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    before = write(page, "```console\n$ echo new\nold\n```").read_text("utf-8")
    checked = played("--check")
    assert checked.returncode == 1
    assert "-old\n+new\n" in checked.stdout
    assert page.read_text("utf-8") == before
    assert played().returncode == 0
    assert "\nnew\n" in page.read_text("utf-8")
    assert played("--check").returncode == 0


def test_a_fault_is_told_in_one_line(page: Path) -> None:
    write(page, "```sh\nls\n```")
    done = subprocess.run(
        [sys.executable, str(DOCS / "session.py"), str(page)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr == f"{page}:3: nothing runs a block of sh\n"


def test_each_question_is_answered_by_one_command() -> None:
    page = (DOCS / "howto" / "thirteen-questions.md").read_text("utf-8")
    _, *sections = re.split(r"^## ", page, flags=re.MULTILINE)
    questions = [section.partition("\n")[0] for section in sections]
    assert len(questions) == len(set(questions)) == 13
    assert all("?" in question for question in questions)
    for section in sections:
        answer = re.sub(r"<details>.*?</details>", "", section, flags=re.DOTALL)
        assert len(re.findall(r"^\$ shellcount \w+", answer, re.MULTILINE)) == 1
        assert len(re.findall(r"^\$ ", answer, re.MULTILINE)) == 1
