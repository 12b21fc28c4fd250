"""One number prints one way, of one run, in every command and in Python."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from commands import run, values
from shellcount.analysis import analyse
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.engines import settings
from shellcount.posterior.fitting import fit
from shellcount.report.content import compose
from shellcount.results.names import name_of
from shellcount.results.results import Results
from shellcount.results.standard import answering
from shellcount.wording import phrases

SHIPPED = ["dprk-russia-2024", pytest.param("black-sea-grain-2022", marks=pytest.mark.slow)]


@dataclass(frozen=True)
class Printed:
    """What the commands print of a case, each asked as it comes."""

    case: Case
    results: Results
    digests: dict[str, set[str]]
    texts: dict[str, str]
    moved: Any  # raw JSON


@pytest.fixture(scope="module")
def wide() -> Iterator[None]:
    """Tables whose cells need no second line."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "240")
        yield


@pytest.fixture(scope="module")
def few() -> Iterator[None]:
    """Fewer points, of which no command is told."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(settings._DEFAULTS["is"], "points", 512)
        yield


@pytest.fixture(scope="module", params=SHIPPED)
def printed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Printed:
    """Everything, in a folder of its own."""
    name = request.param
    request.getfixturevalue("wide")
    request.getfixturevalue("few")
    folder = tmp_path_factory.mktemp(name)
    case = load_case(name)
    results = analyse(fit(case))
    estimate, check = name_of(case, answering(case)), results.checks.leading[-1].claim
    template, filled = folder / "a.txt", folder / "filled.txt"
    template.write_text(f"{{{{ {estimate} | headline }}}}; {{{{ check.{check} | percent }}}}\n", "utf-8")
    out, numbers = str(folder / "report"), str(folder / "report" / "numbers.json")
    (folder / "case.toml").write_bytes((Path(__file__).parents[1] / "seeds" / f"{name}.toml").read_bytes())
    texts = {
        "estimate": run("estimate", name).stdout,
        "check": run("check", name).stdout,
        "cite": run("cite", "--case", name, estimate, f"check.{check}").stdout,
        "fill": "",
        "report": "",
    }
    made = values(run("fill", str(template), "-o", str(filled), "--case", name, "--no-notes", "--json"))
    run("report", name, "-o", out, "--format", "md,json", "--no-leave-one-out")
    texts["fill"] = "".join(c for c in filled.read_text("utf-8") if c.isprintable())
    texts["report"] = Path(out, "report.md").read_text("utf-8").replace("\\", "")
    checked = json.loads(run("check", name, "--json").stdout)
    cited = values(run("cite", "--case", name, estimate, f"check.{check}", "--json"))["references"]
    digests = {
        "estimate": {values(run("estimate", name, "--json"))["run"]["digest"]},
        "check": {checked["run"]["digest"]},
        "cite": {reference["run"] for reference in cited},
        "fill": {made["digest"]},
        "report": {json.loads(Path(numbers).read_text("utf-8"))["run"]["digest"]},
        "analyse": {analyse(case).run.digest},
    }
    moved = values(run("diff", numbers, str(folder / "case.toml"), "--json"))
    return Printed(case, results, digests, texts, moved)


def test_one_question_is_one_run_in_every_command(printed: Printed) -> None:
    assert printed.digests == {name: {printed.results.run.digest} for name in printed.digests}


def test_a_report_and_its_case_do_not_differ(printed: Printed) -> None:
    assert (printed.moved["changes"], printed.moved["refits"]) == ([], 0)
    assert {move["errors"] for move in printed.moved["moves"].values()} <= {0.0, None}


def words_of(text: str) -> str:
    return " ".join(re.sub(r"<br>|[|*`<>]", " ", text).split())


def test_the_answer_prints_one_way(printed: Printed) -> None:
    estimate = printed.results.answer
    middle, inner, outer = estimate.words()
    assert estimate.headline == f"{middle} {estimate.unit} (90% interval {outer})"
    assert f"{middle} {estimate.unit} {inner} {outer}" in words_of(printed.texts["estimate"])
    assert estimate.headline in printed.texts["cite"]
    assert printed.texts["fill"].startswith(estimate.headline)
    content = compose(printed.results)
    assert content.figure == f"{middle} {estimate.unit}"
    assert dict(content.intervals) == {"90% interval": outer, "50% interval": inner}
    assert estimate.headline in printed.texts["report"]  # the figure's text for those who cannot see it


def test_each_estimate_of_the_report_prints_as_the_command_does(printed: Printed) -> None:
    report, command = words_of(printed.texts["report"]), words_of(printed.texts["estimate"])
    dated = [one for name, one in printed.results.estimates.items() if "@" in name]
    assert len(dated) > 20
    for estimate in dated:
        middle, inner, outer = estimate.words()
        assert f"{estimate.name} {middle} {estimate.unit} {inner} {outer}" in command
        assert f"{middle} ({outer})" in report
        assert estimate.headline.startswith(f"{middle} ")
        assert estimate.headline.endswith(f" {outer})")


def test_a_probability_is_one_in_sentence_table_and_quotation(printed: Printed) -> None:
    table = printed.results.checks.table()
    place = table.head.index("chance of such a figure")
    for check, row in zip(printed.results.checks, table.rows, strict=True):
        assert row[place] == check.chance
        assert check.chance.startswith(f"{phrases.probability(check.tail_probability)}\n")
        chance = f"the model gives {phrases.chance(check.tail_probability)} that "
        assert check.verdict == "impossible" or chance in check.sentence
        assert check.sentence in printed.texts["check"]
        assert check.sentence in printed.texts["report"]
    shown = phrases.probability(printed.results.checks.leading[-1].tail_probability)
    assert printed.texts["fill"].strip().endswith(f"; {shown}")


def test_a_probability_asked_for_is_that_of_the_check(printed: Printed) -> None:
    compared = [c for c in printed.results.checks.leading if c.quantity in printed.results.estimates]
    assert compared
    check = compared[-1]
    name = printed.case.about.id
    said = run("cite", "--case", name, f"{check.quantity} >= {check.stated:.12g}").stdout
    assert f"is {phrases.probability(check.p_at_least)} (" in said
