"""Every claim that a page shows is valid, and what it says of the claim follows from the model."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from shellcount.case.flow import outlier_share
from shellcount.case.kinds import KINDS
from shellcount.case.reading import build_case
from shellcount.case.schema import Case
from shellcount.errors import CaseError
from shellcount.results.given import Conditioning, fitted_claims

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted((DOCS / "howto").glob("*.md"))
FORMS = DOCS / "howto" / "claims-as-people-make-them.md"
MADE = re.compile(
    r"<!-- \[\[\[cog forms\.makes_of\((?P<names>[^\n]*)\) \]\]\] -->\n(?P<text>.*?)<!-- \[\[\[end", re.DOTALL
)


class Written:
    """Stands for the module of cog: collects what a page would have written into it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.inFile = ""
        self.firstLineNum = 0

    def outl(self, text: str = "") -> None:
        """Add text."""
        self.lines.append(text)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Written:
    cog: Any = Written()
    monkeypatch.setitem(sys.modules, "cog", cog)
    collected: Written = cog
    return collected


def generator(written: Written, name: str) -> ModuleType:
    assert written.lines == []
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def forms(written: Written) -> ModuleType:
    return generator(written, "forms")


@pytest.fixture
def editions(written: Written) -> ModuleType:
    return generator(written, "editions")


def cases(forms: ModuleType, page: Path) -> dict[str, Case]:
    found: dict[str, Case] = forms.page_cases(page.read_text("utf-8"))
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_adds_to_a_case_is_valid(forms: ModuleType, page: Path) -> None:
    text = page.read_text("utf-8")
    added = {caption["file"] for caption in forms.CAPTION.finditer(text)}
    assert added <= set(cases(forms, page))


def test_a_block_that_is_not_valid_is_a_fault(forms: ModuleType) -> None:
    page = FORMS.read_text("utf-8").replace('per = "week"', 'per = "fortnight"')
    with pytest.raises(CaseError, match=r"claim\[\d\] \(weekly\)\.per: not one of the allowed values"):
        forms.page_cases(page)


def test_every_form_of_claim_has_an_example(forms: ModuleType) -> None:
    claims = [claim for case in cases(forms, FORMS).values() for claim in case.claim]
    assert {claim.quantity for claim in claims} == set(KINDS) - {"ratio", "comparator"}
    assert {type(claim.value) for claim in claims} >= {float, str}
    for field in ("since", "derived_from", "restates", "supersedes", "reading_odds", "interval", "trip"):
        assert any(getattr(claim, field) is not None for claim in claims), field
    assert any(len(claim.dates) > 1 for claim in claims)
    assert any(claim.value == 0 for claim in claims)


def test_what_the_page_says_of_a_claim_is_what_is_generated(forms: ModuleType, written: Written) -> None:
    text = FORMS.read_text("utf-8")
    written.inFile = str(FORMS)
    blocks = list(MADE.finditer(text))
    assert len(blocks) > 10
    for block in blocks:
        written.lines.clear()
        written.firstLineNum = text[: block.start()].count("\n") + 1
        forms.makes_of(*re.findall(r'"([^"]+)"', block["names"]))
        assert "\n".join(written.lines) == block["text"].rstrip("\n")


def test_what_a_range_implies_is_the_range(forms: ModuleType) -> None:
    (case,) = [case for file, case in cases(forms, FORMS).items() if file == "my-case.toml"]
    (claim,) = [claim for claim in case.claim if claim.id == "range"]
    said = " ".join(forms._made(case, claim))
    middle = np.sqrt(120_000 * 180_000)
    assert f"implies {round(middle, -3):,.0f} (90%: 120,000 to 180,000)" in said


def test_claims_that_repeat_or_depend_on_others_are_not_fit(forms: ModuleType) -> None:
    case = cases(forms, FORMS)["my-case.toml"]
    fitted = {fitted.claim.id for fitted in fitted_claims(case, Conditioning("all"))}
    assert not fitted & {"conversion", "again", "march"}
    assert {"corrected", "weekly", "which-kind", "by-spring", "none"} <= fitted


def test_every_kind_of_claim_is_in_the_reference(forms: ModuleType, written: Written) -> None:
    forms.kinds()
    page = (DOCS / "reference" / "case-format.md").read_text("utf-8")
    assert "\n".join(written.lines) in page
    assert [line.split("`")[1] for line in written.lines[2:]] == list(KINDS)


# --- from the first model to the second ----------------------------------------------------


def test_the_way_from_the_first_model_ends_at_the_case_as_it_is(editions: ModuleType, case: Case) -> None:
    found = editions.editions(case)
    digests = [edition.digest for edition in found.values()]
    assert list(found)[1:] == list(editions.SWITCHES)
    assert digests[-1] == case.digest
    assert len(set(digests)) == len(digests)


def test_the_first_model_fits_what_it_fitted(editions: ModuleType, case: Case) -> None:
    first = editions.first_edition(case)
    assert (first.flow.step, outlier_share(first), first.group) == ("month", 0, None)
    then = {fitted.claim.id: fitted for fitted in fitted_claims(first, Conditioning("all"))}
    now = {fitted.claim.id: fitted for fitted in fitted_claims(case, Conditioning("all"))}
    assert set(then) - set(now) == set(editions.FITTED_THEN)
    assert set(now) <= set(then)
    for name in editions.DATED_THEN:
        assert (len(then[name].dates), len(now[name].dates)) == (1, 2)
    assert then["rok-mnd-2024-02-122mm"].natures == ("122mm-rocket",)


def test_the_first_model_is_a_valid_case(editions: ModuleType, case: Case) -> None:
    document = editions.first_edition(case).model_dump(by_alias=True)
    assert build_case(document, origin="first.toml").digest == editions.first_edition(case).digest
