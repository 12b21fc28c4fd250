"""Two exact counts that differ tenfold are loud in the output of every command; in accord, silent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import QUICK, run
from contradicting import COUNT, TOTAL, text_of

TITLES = ("200 crates (Navy of the Coast)", "2,000 crates (Ministry of Ports)")
LATER = "shells.mixed@2024-03-01"


@pytest.fixture
def cases(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a case whose counts differ tenfold, one whose counts agree, and a template."""
    monkeypatch.setenv("COLUMNS", "200")  # so that no mark is broken
    (folder / "apart.toml").write_text(text_of(200), encoding="utf-8")
    (folder / "accord.toml").write_text(text_of(2100), encoding="utf-8")
    (folder / "template.md").write_text(
        f"N {{{{ {TOTAL} | headline }}}} {{{{ check.total | word }}}} {{{{ {COUNT} }}}}\n", encoding="utf-8"
    )
    return folder


def is_loud(text: str) -> bool:
    return all(title in text for title in TITLES) and "claims conflict" in text


def is_silent(text: str) -> bool:
    return "conflict" not in text.lower()


def one_warning(stderr: str) -> bool:
    """One line tells of the conflict."""
    return (
        all(title in stderr for title in TITLES) and stderr.count("CONFLICT, every number is marked: ") == 1
    )


@pytest.mark.parametrize(
    "words",
    [
        ("estimate", "{case}"),
        ("estimate", "{case}", "--json"),
        ("cite", TOTAL, "--case", "{case}"),
        ("cite", TOTAL, "--case", "{case}", "--footnote"),
        ("cite", TOTAL, "--case", "{case}", "--csv"),
        ("cite", TOTAL, "--case", "{case}", "--bibtex"),
        ("cite", TOTAL, "--case", "{case}", "--csl"),
        ("cite", TOTAL, "--case", "{case}", "--json"),
        ("fill", "template.md", "-o", "out.md", "--case", "{case}", "--json"),
        ("compare", "--case", "{case}", "given=counts"),
        ("compare", "--case", "{case}", "given=counts", "--json"),
        ("diff", "accord.toml", "{case}", "--name", TOTAL, "--jobs", "1"),
        ("diff", "accord.toml", "{case}", "--name", TOTAL, "--jobs", "1", "--json"),
    ],
)
@pytest.mark.usefixtures("cases")
def test_a_conflict_reaches_whoever_quotes_a_number(words: tuple[str, ...]) -> None:
    apart = run(*(word.format(case="apart.toml") for word in words), *QUICK)
    assert apart.exit_code == 0
    assert "claims conflict" in apart.stdout
    assert one_warning(apart.stderr)
    accord = run(*(word.format(case="accord.toml") for word in words), *QUICK)
    assert accord.exit_code == 0
    assert is_silent(accord.stderr)
    assert is_silent(accord.stdout.replace('"conflicts": []', ""))


def test_numbers_have_the_numbers_of_the_conflicts(cases: Path) -> None:
    found = json.loads(run("estimate", str(cases / "apart.toml"), "--json", *QUICK).stdout)
    assert {conflict["claim"] for conflict in found["conflicts"]} == {"port-count", "navy-count"}
    for conflict in found["conflicts"]:
        assert set(conflict) == {"claim", "sentence", "off", "left_out", "bias"}
        assert conflict["off"] > 0.3
        assert conflict["left_out"] < 0.005
    assert [mark["kind"] for mark in found["marks"]] == ["conflict"]


def test_a_filled_document_has_the_mark_at_each_number_and_in_full_in_its_references(cases: Path) -> None:
    run("fill", "template.md", "-o", "out.md", "--case", "apart.toml", *QUICK)
    text, _, record = (cases / "out.md").read_text(encoding="utf-8").partition("<!--shellcount-record")
    body, *notes = text.split("\n\n")
    assert body.count("claims conflict") == 3
    assert all("Navy of the Coast" in note for note in notes if note.strip())
    assert record
    audited = run("audit", "out.md")
    assert audited.exit_code == 0, audited.stdout
    assert "claims conflict" in audited.stdout


@pytest.mark.usefixtures("cases")
@pytest.mark.parametrize("more", [(), ("--leave-one-out", "--jobs", "1")])
def test_check_exits_with_1(more: tuple[str, ...]) -> None:
    apart = run("check", "apart.toml", *more, *QUICK)
    assert apart.exit_code == 1
    assert is_loud(apart.stdout)
    assert one_warning(apart.stderr)
    assert "- The claim of 200 crates (Navy of the Coast) contradicts" in apart.stdout
    accord = run("check", "accord.toml", *more, *QUICK)
    assert accord.exit_code == 0
    assert is_silent(accord.stdout + accord.stderr)


def test_the_warning_is_readable_in_80_columns(cases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("shellcount.cli.output._is_terminal", lambda _stream: True)
    monkeypatch.setenv("TERM", "dumb")
    done = run("estimate", str(cases / "apart.toml"), *QUICK)
    lines = done.stderr.splitlines()
    assert 1 < len(lines) <= 5
    assert all(len(line) <= 80 for line in lines)


def test_the_report_says_it_first_in_every_format(cases: Path) -> None:
    def written(name: str) -> tuple[str, str]:
        done = run(
            *("report", f"{name}.toml", "-o", name, "--format", "html,md,json", "--no-leave-one-out"), *QUICK
        )
        assert done.exit_code == 0, done.stderr
        html, markdown = (
            (cases / name / f"report.{ending}").read_text(encoding="utf-8") for ending in ("html", "md")
        )
        return html, markdown

    html, markdown = written("apart")
    head = html[html.index("<header>") : html.index('id="answer"')]
    assert "The claim of 200 crates (Navy of the Coast) contradicts" in head
    assert "(claims conflict)</strong>" in html
    assert "Claims conflict" in "\n".join(markdown.splitlines()[:6])
    again = run("report", "apart/numbers.json", "-o", "again", "--format", "html", "--allow-unconverged")
    assert again.exit_code == 0
    assert (cases / "again" / "report.html").read_text(encoding="utf-8") == html
    assert all(is_silent(text) for text in written("accord"))


# --- forecasts ---------------------------------------------------------------------------


@pytest.mark.usefixtures("cases")
def test_what_lies_beyond_the_last_claim_is_marked_wherever_it_is_quoted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    for style in ((), ("--footnote",), ("--csv",), ("--bibtex",), ("--csl",)):
        done = run("cite", LATER, f"{LATER} >= 1 million", "--case", "accord.toml", *style, *QUICK)
        assert done.stdout.count("forecast") >= 2
        if style:
            assert "no claim refers to a date after 31 January 2024" in done.stdout
    done = run("estimate", "accord.toml", "--at", "2024-01-31", "--at", "2024-03-01", *QUICK)
    lines = [line for line in done.stdout.splitlines() if "@" in line]
    assert {("2024-03-01" in line) == ("(forecast)" in line) for line in lines} == {True}
    found = json.loads(run("estimate", "accord.toml", "--at", "2024-02", "--json", *QUICK).stdout)
    assert "shells.mixed@2024-02" in found["forecast"]
    assert found["marks"] == []


def test_at_moves_the_headline_of_a_report(cases: Path) -> None:
    def answered(*dates: str, formats: str = "json") -> tuple[str, str]:
        at = [word for date in dates for word in ("--at", date)]
        done = run(
            *("report", "accord.toml", *at, "-o", "out", "--format", formats, "--no-leave-one-out"), *QUICK
        )
        assert done.exit_code == 0, done.stderr
        numbers = json.loads((cases / "out" / "numbers.json").read_text(encoding="utf-8"))
        return numbers["answer"], done.stdout

    name, _ = answered()
    assert name == TOTAL
    name, shown = answered("2024-01-15")
    assert name == "shells.mixed@2024-01-15"
    assert "sent by 15 January 2024" in shown
    name, shown = answered("2024-01-15", "2024-03-01", formats="md,json")
    markdown = (cases / "out" / "report.md").read_text(encoding="utf-8")
    assert name == LATER
    assert "sent by 1 March 2024" in shown
    assert "(forecast" in shown
    assert "Grey ground: forecast" in markdown
    assert "> **" in markdown[: markdown.index("## ")]
    name, shown = answered("2024-01")
    assert name == "shells.mixed@2024-01"
    assert "sent in January 2024" in shown
