"""The report says everything that was found, the same in every form, and nothing in it can do harm."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import hashlib
import html
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt

from building import edited
from quick import quick_results, recorded
from shellcount.analysis import Parts, analyse
from shellcount.case.reading import load_case, parse_case
from shellcount.case.schema import Case
from shellcount.digest import Json
from shellcount.engines.settings import DRAWS_PER_POINT, POINTS, RUNS
from shellcount.errors import OutputError, UsageError
from shellcount.plots import plot_assumptions, plot_capacity, plot_drivers, plot_intervals, plot_timeline, svg
from shellcount.plots.sheet import sheet
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.report.blocks import Code, Content
from shellcount.report.content import answer, compose, verdicts
from shellcount.report.markdown import render_markdown
from shellcount.report.page import render_html
from shellcount.report.writing import FORMATS, parse_formats, write_report
from shellcount.results.claim_check import Checks
from shellcount.results.numbers_json import numbers_json
from shellcount.results.results import Results
from shellcount.results.verdicts import definition, definitions, definitions_line
from shellcount.text import one_line

MINIMAL = Path(__file__).parents[1] / "cases" / "good_minimal.toml"
DRAWINGS = [
    *("drivers.svg", "timeline.svg", "containers.svg", "intervals.svg", "capacity.svg", "assumptions.svg")
]
FILES = ["report.html", "report.pdf", "report.md", *DRAWINGS, "numbers.json", "manifest.json"]
SECTIONS, TABLES = 12, 15
IN_COLUMNS = 2  # of the tables of the Markdown; the others are too wide for a mail, and are lists
VOID = {"br", "hr", "img", "input", "link", "meta", "source"}


class Page(HTMLParser):
    """An HTML page taken apart; it fails where tags are not nested as they should be."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text.replace("<wbr>", ""))  # a place in a long word where a line may break
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    @property
    def text(self) -> str:
        """What a reader sees, white space folded."""
        return " ".join(" ".join(data for tag, data in self.texts if tag not in {"style", "script"}).split())

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module")
def folder(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the shipped case."""
    written = tmp_path_factory.mktemp("report")
    write_report(results, written)
    return written


@pytest.fixture(scope="module")
def source(folder: Path) -> str:
    return (folder / "report.html").read_text("utf-8")


@pytest.fixture(scope="module")
def page(source: str) -> Page:
    return Page(source)


@pytest.fixture(scope="module")
def markdown(folder: Path) -> str:
    return (folder / "report.md").read_text("utf-8")


def quickly(content: str) -> Results:
    """Quick results of a case as text."""
    return quick_results(parse_case(content.encode(), origin="test"))


def minimal(*changes: tuple[str, str]) -> str:
    """The small case with some of its text replaced."""
    content = MINIMAL.read_text("utf-8")
    for old, new in changes:
        assert content.count(old) == 1, old
        content = content.replace(old, new)
    return content


def without_checks() -> str:
    return re.sub(r'\[\[claim\]\]\nid = "could-hold".*?\n\n', "", MINIMAL.read_text("utf-8"), flags=re.DOTALL)


def of_a_single_nature() -> str:
    content = minimal(
        ('nature = ["food", "hygiene"]', 'nature = "food"'),
        ("up_to = {", "# up_to = {"),
        ('hedge = "up_to"', 'hedge = "about"'),
    )
    return re.sub(r'\[\[nature\]\]\nid = "hygiene".*?(?=\[\[scenario\]\])', "", content, flags=re.DOTALL)


def readable(text: str) -> str:
    """Markdown as its reader sees it: tags and escapes taken away, white space folded."""
    return " ".join(html.unescape(re.sub(r"<br>", " ", re.sub(r"\\([^A-Za-z0-9\s])", r"\1", text))).split())


def cells(line: str) -> list[str]:
    """Cells of a row of a Markdown table."""
    return re.split(r"(?<!\\)\|", line.strip())[1:-1]


# --- files -------------------------------------------------------------------------------


def test_a_report_is_written_in_every_format(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)


@pytest.mark.parametrize(
    ("formats", "files"),
    [
        (["json"], ["numbers.json"]),
        (["json", "md", "json"], ["report.md", *DRAWINGS, "numbers.json", "manifest.json"]),
        (["pdf"], ["report.pdf"]),
    ],
    ids=",".join,
)
def test_formats_may_be_chosen(
    formats: list[str], files: list[str], results: Results, tmp_path: Path
) -> None:
    paths = write_report(results, tmp_path / "new", formats=formats)
    assert paths == [tmp_path / "new" / name for name in files]
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == sorted(files)


@pytest.mark.parametrize("formats", [["svg"], ["html", "htm"], ["HTML"], [""], []])
def test_an_unknown_format_or_none_is_refused(formats: list[str], results: Results, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^no format is called '.*'; (did you mean html|known are html)"):
        write_report(results, tmp_path / "new", formats=formats)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "formats"),
    [("html", ("html",)), ("json, md", ("json", "md")), ("html,pdf,md,json,brief,npz", FORMATS)],
)
def test_formats_are_read_from_a_list(text: str, formats: tuple[str, ...]) -> None:
    assert parse_formats(text) == formats


@pytest.mark.usefixtures("drawn_anew")
def test_one_run_gives_the_same_bytes_twice(results: Results, folder: Path, tmp_path: Path) -> None:
    write_report(analyse(fit(results.case, seed=1)), tmp_path)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_the_drawings_beside_the_markdown_are_the_plots(results: Results, folder: Path) -> None:
    assert results.drivers is not None
    with sheet("wide"):
        assert (folder / "drivers.svg").read_bytes() == svg(plot_drivers(results.drivers))
        assert (folder / "timeline.svg").read_bytes() == svg(plot_timeline(results))
        assert (folder / "containers.svg").read_bytes() == svg(plot_timeline(results, of="containers"))
        assert (folder / "intervals.svg").read_bytes() == svg(plot_intervals(results))
        assert (folder / "capacity.svg").read_bytes() == svg(plot_capacity(results))
        assert (folder / "assumptions.svg").read_bytes() == svg(plot_assumptions(results))


def test_the_numbers_are_those_of_the_run(results: Results, folder: Path) -> None:
    assert json.loads((folder / "numbers.json").read_text("utf-8")) == numbers_json(results)


def test_only_the_checks_asked_for_are_reported(posterior: Posterior) -> None:
    only = analyse(posterior, Parts(checks=("rok-mnd-2024-02-152mm",)))
    assert [stated.figure for stated in compose(only).stated] == ["about 3 million"]
    assert verdicts(only) == (
        "Of the stated figures checked against it, high: about 3 million (the South "
        "Korean Ministry of National Defense)."
    )


def test_results_without_what_figures_need_are_written_as_numbers_alone(
    posterior: Posterior, tmp_path: Path
) -> None:
    bare = analyse(posterior, Parts(figures=False))
    assert write_report(bare, tmp_path, formats=["json"]) == [tmp_path / "numbers.json"]
    for formats in (["html"], ["pdf"], ["md"]):
        with pytest.raises(
            UsageError, match=r"^the results of dprk-russia-2024 contain no estimates for figures"
        ):
            write_report(bare, tmp_path / "new", formats=formats)
    assert not (tmp_path / "new").exists()


def test_draws_are_written_where_they_are_given(
    results: Results, posterior: Posterior, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=r"^results contain no draws: fit the case to write the format npz$"):
        write_report(results, tmp_path / "new", formats=["json", "npz"])
    assert not (tmp_path / "new").exists()
    (path,) = write_report(results, tmp_path, formats=["npz"], draws=posterior.to_bytes)
    assert path == tmp_path / "posterior.npz"
    assert Posterior.load(path).digest == results.run.digest


def test_a_folder_that_cannot_be_made_is_said_so(results: Results, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="no/such cannot be written: No such file or directory"):
        write_report(results, tmp_path / "no" / "such", formats=["json"])


# --- what it says ------------------------------------------------------------------------


def test_the_answer_gives_the_range_and_what_it_is_conditioned_on(results: Results) -> None:
    estimate = results.estimate("rounds.mixed@2024-06-14")
    assert estimate.headline == "2.0 million rounds (90% interval 0.9 to 3.6 million)"
    assert answer(results) == (
        "The reported containers imply about 2.0 million rounds sent by 14 June 2024 "
        "(90% interval 0.9 to 3.6 million; even odds: 1.5 to 2.6 million)."
    )


@pytest.mark.parametrize(
    ("given", "start"),
    [
        ("all", "All claims that the model can use imply about "),
        (
            "all-but:ua-gur-2024",
            "All claims that the model can use, without 1 claim of Ukrainian defence intelligence (GUR), ",
        ),
        (
            "counts-but:rok-mnd-2024-06",
            "The reported containers, without 1 claim of the South Korean Ministry of National Defense, ",
        ),
        (
            "counts-but:rok-mnd-2024-02,rok-mnd-2024-06-and:ua-gur-2024",
            "The reported containers, without 2 claims of the South Korean Ministry of National Defense, "
            "with 1 claim of Ukrainian defence intelligence (GUR) added, imply about ",
        ),
        (
            "all-but:rok-mnd-2024-02,rok-mnd-2024-06,ua-gur-2024,us-state-2024-02,us-white-house-2023-10",
            "The priors alone imply about ",
        ),
    ],
)
def test_the_answer_says_what_it_is_conditioned_on(case: Case, given: str, start: str) -> None:
    assert answer(quick_results(case, given=given)).startswith(start)


def test_the_verdicts_place_every_stated_figure_but_yardsticks(results: Results) -> None:
    assert verdicts(results) == (
        "Of the stated figures checked against it, consistent: up to 4.8 million (the South Korean Ministry "
        "of National Defense) and about 1.5 million (Ukrainian defence intelligence (GUR)); high: about 3 "
        "million and several million (the South Korean Ministry of National Defense); low: about "
        "500,000 (the South "
        "Korean Ministry of National Defense)."
    )


def test_no_verdict_is_said_to_be_none(results: Results) -> None:
    unchecked = dataclasses.replace(results, checks=Checks(()))
    assert verdicts(unchecked) == "No stated figure was checked against it."


def answered(content: Content) -> str:
    """The answer as the page words it: its ranges stand apart, below the small drawing."""
    return f"{content.opening} {content.figure} {content.closing}"


def test_the_number_on_the_first_screen_is_that_of_the_answer(results: Results) -> None:
    content = compose(results)
    (outer, inner) = content.intervals
    assert (outer[0], inner[0]) == ("90% interval", "50% interval")
    assert content.opening == "The reported containers imply about"
    ranges = f"(90% interval {outer[1]}; even odds: {inner[1]})."
    assert content.answer == f"{answered(content)} {ranges}"
    page, markdown = Page(render_html(content)).text, readable(render_markdown(content))
    for form, texts in (
        (page, (answered(content), outer[1], inner[1])),
        (markdown, (content.figure, outer[1], inner[1], content.answer)),
    ):
        places = [form.index(text) for text in texts]
        assert places == sorted(places)


def everything_said(results: Results) -> Iterator[str]:
    """What a reader must find in a report."""
    case = results.case
    yield from (case.about.title, case.about.question, *case.about.limitations)
    for result in results.checks:
        yield from (result.sentence, result.verdict, *result.estimate.cell.split("\n"))
    for estimate in results.estimates.values():
        if not estimate.unit.startswith(("share", "kg", "m3", "containers per day")):
            yield from estimate.cell.split("\n")
    for claim in case.claim:
        yield from (claim.id, claim.summary)
    for claimant in case.claimant:
        yield from (claimant.id, claimant.title)
    yield from (source.id for source in case.source)
    yield from (
        results.run.digest,
        case.digest,
        "is",
        f"is: runs {RUNS}, points {POINTS:,}, draws {POINTS * DRAWS_PER_POINT:,}",
    )
    yield from ("shellcount 0.1.0", "numpy ", "python ")


def test_the_policy_of_the_page_allows_its_own_script_style_and_images_alone(source: str) -> None:
    policy = 'http-equiv="Content-Security-Policy" content="'
    head = source[: source.index("</head>")]
    rules = html.unescape(head[head.index(policy) + len(policy) :].partition('"')[0]).split("; ")
    (style,), (script,) = (
        re.findall(rf"<{tag}>(.*?)</{tag}>", source, re.DOTALL) for tag in ("style", "script")
    )
    own = [base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in (style, script)]
    assert rules == [
        "default-src 'none'",
        f"script-src 'sha256-{own[1]}'",
        f"style-src 'sha256-{own[0]}'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert head.index(policy) < head.index("<style>")
    tags = re.findall(r"<[^>]+>", re.sub(r'src="data:[^"]*"', "", source))
    assert not [
        tag
        for tag in tags
        if re.search(r"<script(?!>)|\sstyle=|\son\w+=|<link (?!rel=.icon. href=.data:)", tag)
    ]


def test_the_page_says_it_all(results: Results, page: Page) -> None:
    assert answered(compose(results)) in page.text
    assert {"name": "description", "content": answer(results)} in page.attributes("meta")
    assert [text for text in everything_said(results) if text not in page.text] == []


def test_the_markdown_says_it_all(results: Results, markdown: str) -> None:
    assert answer(results) in readable(markdown)
    assert [text for text in everything_said(results) if text not in readable(markdown)] == []
    assert verdicts(results) in readable(markdown)


def test_the_first_screen_lists_every_verdict(results: Results, page: Page) -> None:
    leading = [result for result in results.checks.leading if result.claimant != "eu"]
    first_screen = page.text.partition("Posterior ranges")[0]
    for result in leading:
        assert f"{result.verdict} {result.words} ({result.title}): " in first_screen
        group = verdicts(results).partition(f"{result.verdict}: ")[2].partition(";")[0]
        assert result.words in group
        assert f"({result.title})" in group


def test_each_verdict_of_the_table_is_a_link_to_what_it_means(results: Results, page: Page) -> None:
    (place,) = [attrs for attrs in page.attributes("dl") if attrs.get("id") == "verdicts"]
    assert place
    links = [attrs for attrs in page.attributes("a") if attrs.get("href") == "#verdicts"]
    assert len(links) == len(results.checks)
    shown = {str(attrs["class"]) for attrs in links}
    assert shown == {f"verdict {check.verdict.replace(' ', '-')}" for check in results.checks}
    assert all(meaning in page.text for _, meaning in definitions())


def test_each_stated_figure_of_the_first_screen_opens_to_its_finding_and_leads_to_its_claim(
    results: Results, source: str
) -> None:
    leading = [result for result in results.checks.leading if result.claimant != "eu"]
    opened = re.findall(r'<details class="finding">(.*?)</details>', source, re.DOTALL)
    assert len(opened) == len(leading)
    for result, part in zip(leading, opened, strict=True):
        text = Page(part).text
        head, _, body = text.partition(" ".join(result.verdict.capitalize().split()) + ".")
        assert head.startswith(result.verdict)
        assert body.strip().startswith(definition(result.verdict))
        assert result.sentence in body
        assert f'href="#claims-{result.claim}"' in part
        assert f'<tr role="row" id="claims-{result.claim}">' in source


def test_without_links_a_line_says_what_verdicts_mean(results: Results, markdown: str) -> None:
    top = readable(markdown).partition("Posterior ranges")[0]
    assert definitions_line() in top
    assert compose(dataclasses.replace(results, checks=Checks(()))).meaning == ""


def test_how_many_findings_are_expected_stands_under_the_table(results: Results, page: Page) -> None:
    below = page.text[page.text.index("verdict chance of such a figure") :]
    assert below.index(results.checks.expectation) < below.index(results.checks[0].sentence)


def bases(values: Json) -> Iterator[str]:
    """Every reason that a case gives for a number or a judgement."""
    if isinstance(values, dict):
        for name, value in values.items():
            if name.endswith("basis") and isinstance(value, str):
                yield value
            else:
                yield from bases(value)
    elif isinstance(values, list):
        for value in values:
            yield from bases(value)


def test_every_assumption_is_given_with_its_reason(case: Case, page: Page, markdown: str) -> None:
    reasons = set(bases(case.document()))
    assert len(reasons) > 40
    assert [reason for reason in reasons if reason not in page.text] == []
    assert [reason for reason in reasons if reason not in readable(markdown)] == []


@pytest.mark.parametrize(
    "row",
    [
        ("munitions_share", "0.4 to 0.95"),
        ("load", "0.4 to 0.92"),
        ("rated_payload_kg", "28,200"),
        ("152mm-howitzer.complete.mass_kg", "75 to 95"),
        ("152mm-howitzer.stow_spread", "1.2"),
        ("122mm-rocket, bare round", "66.3 kg, 0.0428 m3"),
        ("122mm-rocket, share of the mix", "0.3"),
        ("hedge: up_to", "scale 0.05, margin -0.25"),
        ("reliability B, spread of the bias", "0.1"),
    ],
    ids=lambda row: row[0],
)
def test_an_assumption_is_given_with_its_numbers(row: tuple[str, str], page: Page) -> None:
    assert " ".join(row) in page.text


def test_the_diagnostics_are_those_of_the_numbers(results: Results, page: Page) -> None:
    assert "NOT CONVERGED" not in page.text
    (passed, of) = re.findall(r"numbers that pass the convergence gate (\d+) of (\d+)", page.text)[0]
    assert passed == of
    assert results.log_evidence is not None
    mean, error = results.log_evidence
    assert f"log evidence {mean:.2f} ± {error:.2f} nats" in page.text
    assert f"draws {RUNS} independent runs of {results.run.settings['draws']:,}" in page.text


def command_of(content: Content) -> str:
    (code,) = [block for section in content.sections for block in section.unfolded if isinstance(block, Code)]
    return code.text


@pytest.mark.parametrize("command", ["shellcount report mine.toml -o 'a b' --seed 3", "a & b < c"])
def test_the_command_is_the_one_given(command: str, results: Results) -> None:
    content = compose(dataclasses.replace(results, command=command))
    *_, shown = re.findall("<pre>(.*?)</pre>", render_html(content), re.DOTALL)
    assert "".join(text for _, text in Page(shown).texts) == command
    assert f"```\n{command}\n```" in render_markdown(content)


def test_a_shipped_case_is_named_in_the_command() -> None:
    results = quick_results(load_case("black-sea-grain-2022"))
    assert command_of(compose(results)).startswith(
        "shellcount report black-sea-grain-2022 -o report --given counts "
    )


def test_a_command_is_made_up_where_none_is_given(case: Case) -> None:
    results = quick_results(case, given="counts-but:rok-mnd-2024-06", seed=3, runs=5)
    assert command_of(compose(results)) == (
        "shellcount report -o report --given counts-but:rok-mnd-2024-06 "
        "--engine smc --seed 3 --runs 5 --particles 64"
    )


def test_dates_asked_for_are_rows_of_the_tables(posterior: Posterior, page: Page, tmp_path: Path) -> None:
    days = (dt.date(2024, 3, 31), dt.date(2025, 1, 1), dt.date(2024, 6, 14))
    write_report(analyse(posterior, Parts(days=days)), tmp_path, formats=["md", "json"])
    markdown = readable((tmp_path / "report.md").read_text("utf-8"))
    for day, mark in (("2024-03-31", ""), ("2025-01-01", " (forecast)")):
        assert day not in page.text
        assert len(re.findall(rf"(?:- \*\*|\| ){re.escape(day + mark)}[ *]", markdown)) == 2
    estimates = json.loads((tmp_path / "numbers.json").read_text("utf-8"))["estimates"]
    assert {"rounds.mixed@2024-03-31", "rounds.mixed@2023-10-13"} <= set(estimates)


# --- HTML --------------------------------------------------------------------------------


def test_the_page_needs_nothing_from_elsewhere(source: str, page: Page) -> None:
    assert {"iframe", "object", "embed", "base", "form"}.isdisjoint(tag for tag, _ in page.tags)
    assert page.attributes("script") == [{}]
    assert page.attributes("link") == [{"rel": "icon", "href": "data:,"}]
    sources = [attrs[name] or "" for _, attrs in page.tags for name in ("src", "data") if name in attrs]
    assert len(sources) == 2 * len(DRAWINGS)  # each in a wide and in a portrait form
    assert all(address.startswith("data:image/svg+xml,") for address in sources)
    anchors = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    assert {str(attrs["href"]).removeprefix("#") for attrs in page.attributes("a")} <= anchors
    assert re.findall(r"(?:https?:)?//[a-z]", re.sub(r'src="data:[^"]*"', "", source)) == []
    assert "url(" not in source.partition("</style>")[0]
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]


def test_the_drawings_are_those_of_the_markdown(page: Page, folder: Path) -> None:
    drawings = [unquote(str(img["src"]).partition(",")[2]) for img in page.attributes("img")]
    for name, wide, portrait in zip(DRAWINGS, drawings[::2], drawings[1::2], strict=True):
        drawn = (folder / name).read_text("utf-8").partition("?>")[2].replace('"', "'")
        assert wide == drawn.replace(" xlink:href=", " href=")
        for drawing in (wide, portrait):
            assert ET.fromstring(drawing).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314  # our own
        assert float(ET.fromstring(portrait).attrib["width"].removesuffix("pt")) * 4 / 3 <= 331  # noqa: S314


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_needs_nothing_from_elsewhere(name: str, folder: Path) -> None:
    drawing = (folder / name).read_text("utf-8")
    addresses = re.findall(r'(?:href|src)="([^"]*)"|url\(([^)]*)\)', drawing)
    assert [
        address for pair in addresses for address in pair if address and not address.startswith("#")
    ] == []
    assert re.findall(r"<script|<foreignObject|\son[a-z]+=|@import", drawing) == []


def test_the_page_states_its_language_encoding_and_title(page: Page, case: Case) -> None:
    assert page.attributes("html") == [{"lang": "en"}]
    assert {"charset": "utf-8"} in page.attributes("meta")
    assert [text for tag, text in page.texts if tag == "title"] == [case.about.title]


def test_headings_are_in_order(page: Page) -> None:
    headings = [tag for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert headings == ["h1", "h2", "h3", *["h2"] * (SECTIONS - 1)]  # the what-if is below the first


def test_every_section_is_named_by_its_heading(page: Page) -> None:
    names = [attrs["aria-labelledby"] for attrs in page.attributes("section")]
    assert names == [attrs["id"] for attrs in page.attributes("h2")]
    assert len(set(names)) == SECTIONS


def test_every_image_says_what_it_shows(page: Page, results: Results) -> None:
    alts = [str(attrs.get("alt") or "") for attrs in page.attributes("img")]
    assert all(len(alt) > 20 for alt in alts)
    said = alts[2 * DRAWINGS.index("intervals.svg")]
    for result in results.checks.leading:  # the sentences stand beneath the figure, for everybody
        figure = f"{result.words} ({result.title})"
        assert f"{figure}: {result.verdict}, posterior {result.estimate.headline}" in said


def tables(page: Page) -> list[list[tuple[str, dict[str, str | None]]]]:
    """The tags of each table."""
    found: list[list[tuple[str, dict[str, str | None]]]] = []
    for tag, attrs in page.tags:
        if tag == "table":
            found.append([])
        elif found and tag in {"caption", "thead", "tr", "th", "td"}:
            found[-1].append((tag, attrs))
    return found


def test_every_table_has_a_caption_and_heads_for_columns_and_rows(page: Page) -> None:
    assert len(tables(page)) == TABLES
    for tags in tables(page):
        assert [tag for tag, _ in tags][:3] == ["caption", "thead", "tr"]
        rows: list[list[str | None]] = []
        for tag, attrs in tags[2:]:
            if tag == "tr":
                rows.append([])
            else:
                rows[-1].append(attrs.get("scope"))
        head, *body = rows
        assert set(head) == {"col"}
        assert body
        assert all(row == ["row"] + [None] * (len(head) - 1) for row in body)


def test_the_page_is_small_enough_to_send(source: str) -> None:
    assert 100_000 < len(source.encode()) < 1_000_000


# --- Markdown ----------------------------------------------------------------------------


def widths(markdown: str) -> list[set[int]]:
    """Numbers of cells that the rows of each table have."""
    lines = [*markdown.splitlines(), ""]
    found = [place for place, line in enumerate(lines) if re.fullmatch(r"\|( -+:? \|)+", line)]
    return [{len(cells(row)) for row in lines[place - 1 : lines.index("", place)]} for place in found]


def test_every_row_of_a_markdown_table_has_all_its_cells(markdown: str) -> None:
    assert len(widths(markdown)) == IN_COLUMNS
    assert all(len(width) == 1 for width in widths(markdown))


def rendered(markdown: str) -> list[Any]:
    """Tokens of a Markdown text, inline ones among them, as an independent parser reads them."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    return [part for token in tokens for part in (token, *(token.children or ()))]


def test_the_markdown_holds_tables_pictures_and_one_command(markdown: str) -> None:
    tokens = rendered(markdown)
    kinds = [token.type for token in tokens]
    assert kinds.count("table_open") == IN_COLUMNS
    assert kinds.count("fence") == 1
    assert [token.attrs["src"] for token in tokens if token.type == "image"] == DRAWINGS
    assert not [token for token in tokens if token.type.startswith("html")]
    assert {token.tag for token in tokens if token.type == "heading_open"} == {"h1", "h2"}
    assert not {"link_open", "code_inline", "code_block", "ordered_list_open", "hr"} & set(kinds)


# --- hostile text ------------------------------------------------------------------------

HOSTILE = {
    "mark-up": '</title></table></style>"><img src=x onerror=alert(1)><script>alert(1)</script>',
    "Markdown": "1. | a | b | ``` `a` ``` $x$ {{ 7 * 7 }} {% raw %}",
    "control characters": r"\u001b[31m \u001b]0;title\u0007 \u009b1m a \u202e b \u2067 c \u200b",
    "other languages": r'#panic("x") *b* __c__ <label> @ref [x](y) ![x](y) \\input{x} #[d] &lt; ~~e~~',
    "endless": "x" * 10_000,
    "lines": r"a\n\n# b\n- c\n```\n<i>",
}
LAID_BARE = ("\x1b", "\x07", "\x9b", "\u202e", "\u2067", "\u200b")


@pytest.fixture(scope="module", params=[*HOSTILE.values()], ids=[*HOSTILE])
def hostile(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Some hostile text, and a report of a case that holds it wherever a case holds text."""
    quoted = request.param.replace('"', r"\"")
    content = minimal(
        ("Parcels in aid trucks, January to March 2025", quoted),
        ("How many parcels could the reported trucks have carried?", quoted),
        ('"Bulletin of the crossing"', f'"{quoted}"\nnote = "{quoted}"\nauthor = "{quoted}"'),
        ('publisher = "the crossing office"', f'publisher = "{quoted}"'),
        ('title = "the crossing office"', f'title = "{quoted}"'),
        ("It counts trucks at the gate, and does not open them.", quoted),
        ("About 420 trucks of parcels had crossed.", quoted),
        ('hedge = "nearly" }]', f'hedge = "nearly", phrase = "{quoted}" }}]'),
        ("The trucks could hold up to 600,000 parcels.", quoted),
        ("The crossing opened on this day.", quoted),
        ("Either is seen.", quoted),
        ("food parcels", quoted),
        ('carrier = "trucks"', f'carrier = "trucks"\nlimitations = ["{quoted}"]'),
    )
    folder = tmp_path_factory.mktemp("hostile")
    results = quickly(content)
    write_report(results, folder)
    return results.case.about.title, folder


def test_hostile_text_stays_text_in_html(hostile: tuple[str, Path]) -> None:
    title, folder = hostile
    source = (folder / "report.html").read_text("utf-8")
    page = Page(source)
    assert one_line(title) in page.text or title.splitlines()[0] in page.text
    assert "i" not in {tag for tag, _ in page.tags}
    assert len(page.attributes("script")) == source.count('id="what-if"') == 1
    assert len(page.attributes("img")) == 2 * len(DRAWINGS)
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert len(tables(page)) == TABLES
    assert not [character for character in LAID_BARE if character in source]


def test_hostile_text_stays_text_in_markdown(hostile: tuple[str, Path]) -> None:
    title, folder = hostile
    markdown = (folder / "report.md").read_text("utf-8")
    tokens = rendered(markdown)
    kinds = [token.type for token in tokens]
    assert not [token for token in tokens if token.type.startswith("html")]
    assert kinds.count("table_open") == len(widths(markdown))
    assert (kinds.count("fence"), kinds.count("image")) == (1, len(DRAWINGS))
    assert not {"link_open", "code_inline", "code_block", "ordered_list_open", "hr"} & set(kinds)
    heading = tokens[kinds.index("heading_open") + 1].children
    assert "".join(token.content for token in heading) == one_line(title)
    assert not [character for character in LAID_BARE if character in markdown]


def test_hostile_text_breaks_no_table_in_markdown(hostile: tuple[str, Path]) -> None:
    found = widths((hostile[1] / "report.md").read_text("utf-8"))
    assert len(found) >= 3
    assert all(len(width) == 1 for width in found)


def test_hostile_text_breaks_no_json(hostile: tuple[str, Path]) -> None:
    written = (hostile[1] / "numbers.json").read_text("utf-8")
    assert len(json.loads(written)["checks"]) == 2
    assert not [character for character in LAID_BARE if character in written]


def test_a_command_stays_within_its_fence(results: Results) -> None:
    command = "shellcount report -o 'a\n```\n<script>alert(1)</script>\n# b'"
    tokens = rendered(render_markdown(compose(dataclasses.replace(results, command=command))))
    (fence,) = [token for token in tokens if token.type == "fence"]
    assert "<script>" in fence.content
    assert not [token for token in tokens if token.type.startswith("html")]


# --- the gate ----------------------------------------------------------------------------


def test_an_unconverged_report_says_so_before_anything_else(case: Case, tmp_path: Path) -> None:
    write_report(quick_results(case, given="all"), tmp_path)
    banner = re.compile(
        r"NOT CONVERGED: (\d+) of (\d+) numbers fail the convergence gate \(\S+: .*?\)\. "
        r"Do not quote this report\."
    )
    page = Page((tmp_path / "report.html").read_text("utf-8"))
    ((place, found),) = [
        (place, banner.search(text))
        for place, (tag, text) in enumerate(page.texts)
        if tag == "p" and "NOT" in text
    ]
    assert found is not None
    assert 0 < int(found[1]) <= int(found[2])
    assert place < [tag for tag, _ in page.texts].index("h1")
    assert {"class": "banner", "role": "alert"} in page.attributes("p")
    markdown = (tmp_path / "report.md").read_text("utf-8")
    assert found[0] in readable(markdown[: markdown.index("\n## ")])
    assert json.loads((tmp_path / "numbers.json").read_text("utf-8"))["unconverged"]


def test_a_what_if_is_said_on_the_first_screen_of_every_format(case: Case) -> None:
    results = recorded(quick_results(case, given="all"), ("load=0.9:0.99",))
    content = compose(results)
    sentence = "What-if, with load=0.9:0.99. Given all, not counts, which is the default."
    assert content.marks == sentence
    assert content.figure.endswith(" rounds (what-if, given all)")
    for text in (answer(results), verdicts(results)):
        assert text.endswith(" (what-if, given all).")
    for page in (render_html(content), render_markdown(content)):
        first = page[: page.index("<nav") if "<nav" in page else page.index("\n## ")]
        assert sentence in readable(first)


def test_a_report_without_marks_says_nothing_of_them(results: Results) -> None:
    content = compose(results)
    assert content.marks == ""
    assert "(" not in content.figure
    assert 'class="marks"' not in render_html(content)


# --- other cases -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (MINIMAL.read_text("utf-8"), "parcels sent by 7 March 2025"),
        (of_a_single_nature(), "food parcels that 400 trucks could hold"),
        (without_checks(), "No stated figure was checked against it."),
    ],
    ids=["small", "of a single nature", "without checked claims"],
)
def test_another_case_is_reported_as_well(content: str, said: str, tmp_path: Path) -> None:
    results = quickly(content)
    write_report(results, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)
    page = Page((tmp_path / "report.html").read_text("utf-8"))
    assert said in page.text
    assert answer(results) in readable((tmp_path / "report.md").read_text("utf-8"))
    named = r"\b(rounds|containers)\.[a-z]"  # names of estimates, the same for every case
    for word in ("152mm", "rounds", "containers", "shells", "projectiles"):
        assert word not in re.sub(named, "", page.text)


def test_sixty_claims_are_reported(case: Case) -> None:
    def many(document: dict[str, Any]) -> None:
        (model,) = [claim for claim in document["claim"] if claim["id"] == "ua-gur-2024"]
        missing = range(1, 61 - len(document["claim"]))
        more = [model | {"id": f"more-{n}", "value": model["value"] + 10_000 * n} for n in missing]
        document["claim"] = (*document["claim"], *more)

    results = quick_results(edited(case, many))
    content = compose(results)
    page, markdown = Page(render_html(content)), render_markdown(content)
    assert len(results.case.claim) == 60
    assert len(content.stated) == 5 + 60 - len(case.claim)
    for text in (page.text, readable(markdown)):
        assert [claim.id for claim in results.case.claim if claim.id not in text] == []
        assert [result.sentence for result in results.checks if result.sentence not in text] == []
    assert all(len(width) == 1 for width in widths(markdown))


def test_a_report_given_all_claims_is_written(results_all: Results, tmp_path: Path) -> None:
    write_report(results_all, tmp_path, formats=["html"])
    page = Page((tmp_path / "report.html").read_text("utf-8"))
    assert answer(results_all).startswith("All claims that the model can use imply about ")
    assert answered(compose(results_all)) in page.text
    fitted = [claim.id for claim in results_all.case.claim if f"{claim.id} " in page.text]
    assert {fit.claim.id for fit in results_all.fitted} <= set(fitted)
    assert page.text.count(" fit ") >= len(results_all.fitted) == 5
