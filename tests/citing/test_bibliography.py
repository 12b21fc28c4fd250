"""Entries that processors of CSL and BibTeX print as an editor expects them."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from pybtex.database import BibliographyData, parse_string
from pybtex.plugin import find_plugin

from building import edited
from hostile import HOSTILE
from quick import quick_posterior
from shellcount.analysis import analyse
from shellcount.case.header import Person
from shellcount.case.schema import Case
from shellcount.citing.bibliography import Entry
from shellcount.citing.quotation import parse_quotation, parts_of
from shellcount.citing.reference import refer
from shellcount.posterior.posterior import Posterior
from shellcount.version import __version__

STYLES = Path(__file__).parent / "styles"
TOTAL = "rounds.mixed@2024-06-14"
NAMES = (TOTAL, "load", f"{TOTAL} >= 1.5 million", "claim.rok-mnd-2024-06", "check.ua-gur-2024")
JANE, VINCENT = Person(family="Doe", given="Jane"), Person(family="van Gogh", given="Vincent Émile")
MINISTRY = "South Korean Ministry of Defence and Trade"
ENTRY = Entry(
    key="shellcount-rounds-12345678",
    kind="dataset",
    title="Rounds from North Korea by 14 June 2024, 152mm: 2.0 million (90% interval 0.9 to 3.6 million)",
    authors=(JANE, VINCENT, MINISTRY),
    issued=dt.date(2024, 9, 3),
    container="Rounds in North Korean containers",
    note="Named rounds.mixed@2024-06-14 in case dprk-russia-2024, given counts: seed 1",
    genre="Posterior estimate, shellcount 0.1.0",
)


def entries(posterior: Posterior, *names: str) -> list[Entry]:
    quotations = [parse_quotation(posterior.case, name) for name in names or NAMES]
    results = analyse(posterior, parts_of(quotations))
    return [refer(results, quotation).entry for quotation in quotations]


def headed(case: Case, **fields: Any) -> Posterior:
    """A posterior of the case with other fields in its header."""

    def edit(raw: dict[str, Any]) -> None:
        raw["case"] |= fields

    return quick_posterior(edited(case, edit))


def processed(style: Path, *made: Entry) -> list[str]:
    """Print a bibliography by a processor of CSL, which knows nothing of shellcount."""
    return printed(style, CiteProcJSON(json.loads(json.dumps([entry.csl for entry in made]))))


def printed(style: Path, source: CiteProcJSON) -> list[str]:
    found = CitationStylesBibliography(
        CitationStylesStyle(str(style), locale="en-US", validate=False), source, formatter.plain
    )
    for key in source:
        found.register(Citation([CitationItem(key)]))
    return [str(item) for item in found.bibliography()]


def chicago(*made: Entry) -> list[str]:
    return processed(STYLES / "chicago-author-date-16th-edition.csl", *made)


def apa(*made: Entry) -> list[str]:
    return processed(STYLES / "apa.csl", *made)


def bibtex(*made: Entry) -> BibliographyData:
    return parse_string("\n".join(entry.bibtex for entry in made), "bibtex")


# --- in print ----------------------------------------------------------------------------


def test_chicago_prints_authors_date_title_and_case() -> None:
    assert chicago(ENTRY) == [
        "Doe, Jane, Vincent Émile van Gogh, and South Korean Ministry of Defence and Trade. 2024. “Rounds "
        "from North Korea by 14 June 2024, 152mm: 2.0 million (90% interval 0.9 to 3.6 million)”. Posterior "
        "estimate, shellcount 0.1.0. Rounds in North Korean containers."
    ]


def test_apa_prints_authors_date_title_and_case() -> None:
    assert apa(ENTRY) == [
        "Doe, J., van Gogh, V. É., & South Korean Ministry of Defence and Trade. (2024). Rounds from North "
        "Korea by 14 June 2024, 152mm: 2.0 million (90% interval 0.9 to 3.6 million) [Posterior estimate, "
        "shellcount 0.1.0]. In Rounds in North Korean containers."
    ]


def test_every_kind_of_entry_is_printed_in_both_styles(posterior: Posterior) -> None:
    made = entries(posterior)
    for style in (chicago, apa):
        printed = style(*made)
        assert len(printed) == len(made)
        for entry, line in zip(made, printed, strict=True):
            assert entry.title in line
            assert entry.container in line
            assert "2024" in line
            assert "n.d." not in line
            assert "nocase" not in line
    assert chicago(made[0])[0].startswith(
        "shellcount. 2024. “Rounds sent by 14 June 2024, uncertain mix of all "
    )
    assert chicago(made[3])[0].startswith("South Korean Ministry of National Defense. 2024. “At least ten ")


_SENTENCE = """<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="in-text">
<info><title>-</title><id>-</id><updated>2024-01-01T00:00:00Z</updated></info>
<citation><layout><text variable="title"/></layout></citation>
<bibliography><layout><text variable="title" text-case="{case}"/></layout></bibliography></style>"""


@pytest.mark.parametrize("case", ["sentence", "title", "capitalize-all"])
def test_no_style_changes_the_case_of_names_and_units(tmp_path: Path, case: str) -> None:
    style = tmp_path / "style.csl"
    style.write_text(_SENTENCE.format(case=case))
    assert processed(style, ENTRY) == [ENTRY.title]
    bare = CiteProcJSON([{**ENTRY.csl, "title": ENTRY.title}])
    assert printed(style, bare) != [ENTRY.title]


# --- CSL ---------------------------------------------------------------------------------


def test_csl_has_the_fields_that_reference_managers_read(posterior: Posterior) -> None:
    estimate, parameter, _, claim, _ = (entry.csl for entry in entries(posterior))
    assert json.loads(json.dumps(estimate)) == estimate
    assert set(parameter) == set(estimate)
    assert set(estimate) == {"id", "type", "title", "author", "issued", "container-title", "genre", "note"}
    assert (estimate["type"], claim["type"]) == ("dataset", "document")
    assert estimate["genre"] == f"Posterior estimate, shellcount {__version__}"
    assert estimate["author"] == [{"literal": "shellcount"}]
    assert set(claim) - {"URL"} == {
        "id",
        "type",
        "title",
        "author",
        "issued",
        "container-title",
        "publisher",
        "note",
    }
    assert "genre" not in claim


def test_the_note_holds_what_it_takes_to_compute_the_number_again(posterior: Posterior) -> None:
    note = str(entries(posterior, TOTAL)[0].csl["note"])
    for part in (TOTAL, "dprk-russia-2024", "seed 1", f"shellcount {__version__}", posterior.run.digest[:23]):
        assert part in note


def test_text_that_looks_like_mark_up_is_text() -> None:
    hostile = "a < b <i>c</i> </span> <script>"
    entry = Entry(
        "key", "dataset", hostile, (hostile, Person(family=hostile, given="x")), None, hostile, hostile
    )
    made = entry.csl
    text = "a < b < i>c< /i> < /span> < script>"
    assert made["title"] == f'<span class="nocase">{text}</span>'
    assert made["author"] == [{"literal": text}, {"family": text, "given": "x"}]
    assert made["note"] == text


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "https://a.example/}", "file:///etc/passwd", "https://a.example/ b", ""],
)
def test_an_address_that_leads_to_no_page_is_left_out(address: str) -> None:
    entry = Entry("key", "document", "t", ("a",), None, "c", "n", address=address)
    assert "URL" not in entry.csl
    assert "url" not in entry.bibtex


# --- BibTeX ------------------------------------------------------------------------------


def test_keys_are_those_of_the_number_and_its_run(case: Case, posterior: Posterior) -> None:
    names = [*NAMES, f"{TOTAL} <= 1.5 million", f"{TOTAL} >= 1.6 million", "claim.ua-gur-2024"]
    keys = [entry.key for entry in entries(posterior, *names)]
    assert len(set(keys)) == len(names)
    assert all(re.fullmatch(r"shellcount-[a-z0-9-]+", key) for key in keys)
    assert keys == [entry.key for entry in entries(posterior, *names)]
    other = quick_posterior(case, seed=2)
    assert entries(other, "load")[0].key != entries(posterior, "load")[0].key


def test_bibtex_is_read_back_by_another_program(posterior: Posterior) -> None:
    made = entries(posterior, *NAMES, f"{TOTAL} <= 1.5 million")
    found = bibtex(*made).entries
    assert list(found) == [entry.key for entry in made]
    first = found[made[0].key]
    assert first.type == "misc"
    assert set(first.fields) == {"title", "howpublished", "note", "year", "month"}
    assert first.fields["howpublished"].endswith(f". Posterior estimate, shellcount {__version__}")
    assert (first.fields["year"], first.fields["month"]) == ("2024", "June")
    assert [str(person) for person in first.persons["author"]] == ["{shellcount}"]


def test_bibtex_takes_no_name_apart() -> None:
    odd = Person(family="Doe, and Sons", given="A.")
    made = Entry("key", "dataset", "t", (JANE, VINCENT, MINISTRY, odd, "others"), None, "c", "n")
    persons = bibtex(made).entries["key"].persons["author"]
    assert [
        ([*person.first_names, *person.middle_names], [*person.prelast_names, *person.last_names])
        for person in persons
    ] == [
        (["Jane"], ["Doe"]),
        (["Vincent", r"{\'E}mile"], ["van", "Gogh"]),
        ([], [f"{{{MINISTRY}}}"]),
        (["A."], ["{Doe, and Sons}"]),
        ([], ["{others}"]),
    ]


def test_a_style_of_bibtex_prints_it_in_its_own_case() -> None:
    style, backend = (
        find_plugin("pybtex.style.formatting", "unsrt")(),
        find_plugin("pybtex.backends", "text")(),
    )
    (line,) = [item.text.render(backend) for item in style.format_bibliography(bibtex(ENTRY))]
    assert line == (
        "Jane Doe, Vincent Émile van Gogh, and South Korean Ministry of Defence and Trade. Rounds from North "
        "Korea by 14 June 2024, 152mm: 2.0 million (90% interval 0.9 to 3.6 million). In Rounds in North "
        "Korean containers. Posterior estimate, shellcount 0.1.0, September 2024. Named "
        "rounds.mixed@2024-06-14 in case dprk-russia-2024, given counts: seed 1."
    )


# --- authors and dates -------------------------------------------------------------------


def test_the_authors_are_those_who_prepared_the_case(case: Case) -> None:
    persons = ({"family": "Doe", "given": "Jane"}, MINISTRY)
    (entry,) = entries(headed(case, prepared_by=persons), TOTAL)
    assert entry.csl["author"] == [{"family": "Doe", "given": "Jane"}, {"literal": MINISTRY}]
    (entry,) = entries(headed(case, prepared_by="Jane Doe and others"), TOTAL)
    assert entry.authors == ("Jane Doe and others",)


def test_the_date_is_that_of_the_last_revision_else_of_the_last_evidence(case: Case) -> None:
    (entry,) = entries(headed(case, revised=dt.date(2024, 9, 3)), TOTAL)
    assert entry.csl["issued"] == {"date-parts": [[2024, 9, 3]]}
    last = max(source.published for source in case.source if source.published is not None)
    assert entries(quick_posterior(case), TOTAL)[0].issued == max(last, case.last_date)

    def undated(raw: dict[str, Any]) -> None:
        for source in raw["source"]:
            source["published"] = None

    bare = quick_posterior(edited(case, undated))
    assert entries(bare, TOTAL)[0].issued == case.last_date
    (claim,) = entries(bare, "claim.ua-gur-2024")
    assert claim.issued is None
    assert "issued" not in claim.csl
    assert "year" not in claim.bibtex
    assert "n.d." in apa(claim)[0]


def test_a_claim_is_cited_by_its_first_document(posterior: Posterior) -> None:
    (entry,) = entries(posterior, "claim.rok-mnd-2024-06")
    claim = next(claim for claim in posterior.case.claim if claim.id == "rok-mnd-2024-06")
    names = {report.source for report in claim.reports}
    dated = [
        source for source in posterior.case.source if source.id in names and source.published is not None
    ]
    first = min(dated, key=lambda source: source.published or dt.date.max)
    assert (entry.container, entry.issued) == (first.title, first.published)


# --- hostile text ------------------------------------------------------------------------


def commands(latex: str) -> set[str]:
    """The commands of a text in LaTeX."""
    return set(re.findall(r"\\([A-Za-z]+|.)", latex))


@pytest.fixture(scope="module", params=list(HOSTILE.values()), ids=list(HOSTILE))
def hostile(request: pytest.FixtureRequest, case: Case) -> list[Entry]:
    """Entries of a case all of whose words are hostile."""

    def edit(raw: dict[str, Any]) -> None:
        raw["case"]["title"] = request.param
        raw["case"]["prepared_by"] = (request.param, {"family": request.param, "given": request.param})
        for table, keys in (
            ("source", ("title", "publisher", "author", "url")),
            ("claimant", ("title",)),
            ("claim", ("summary",)),
            ("scope", ("title",)),
            ("nature", ("title",)),
            ("scenario", ("title",)),
        ):
            for entry in raw[table]:
                entry.update(dict.fromkeys(keys, request.param))

    return entries(quick_posterior(edited(case, edit)))


def test_hostile_text_in_bibtex_is_text(hostile: list[Entry]) -> None:
    written = "\n".join(entry.bibtex for entry in hostile)
    found = parse_string(written, "bibtex").entries
    assert list(found) == [entry.key for entry in hostile]
    for entry in hostile:
        fields = found[entry.key].fields
        assert set(fields) <= {"title", "howpublished", "note", "year", "month"}
        persons = found[entry.key].persons["author"]
        assert len(persons) == len(entry.authors)
        for text in (*fields.values(), *map(str, persons)):
            assert commands(text) <= {
                *("textbraceleft", "textbraceright", "textbackslash", "textasciicircum", "textasciitilde"),
                *("ensuremath", "langle", "rangle", "texttt", "textgreater", "textless", "textbar"),
                *("textquotedbl", "$", "%", "&", "#", "_", "textquotesingle", "textquotedblright"),
            }
            assert not re.search(r"(?<!\\)[%$&#_^~]", text.replace(r"\ensuremath", ""))
    assert written.isascii()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", written)


def test_hostile_text_in_csl_is_text(hostile: list[Entry]) -> None:
    for entry in hostile:
        made = json.loads(json.dumps(entry.csl, allow_nan=False))
        assert set(made) <= {
            *("id", "type", "title", "author", "issued", "container-title", "genre", "publisher", "note"),
        }
        for text in (made["title"], made["container-title"], made["note"]):
            assert text.isprintable()
            inside = text.removeprefix('<span class="nocase">').removesuffix("</span>")
            assert not re.search(r"<[A-Za-z/!]", inside)
    assert len(chicago(*hostile)) == len(apa(*hostile)) == len(hostile)
