"""The page of a report has what its script needs, in 120 kB, and only where something can be moved."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import re
from typing import Any

import pytest

from shellcount.report.blocks import Content
from shellcount.report.content import compose
from shellcount.report.markdown import render_markdown
from shellcount.report.page import render_html
from shellcount.report.what_if import Form, form_of
from shellcount.results.results import Results
from shellcount.wording.rounding import rule

COMMAND = (
    "shellcount report 'my case.toml' --set mix_spread=0.9 --set claim.rok-mnd-2024-06=12000 --given counts "
    "--engine is --seed 1 --runs 16 --points 2048 --allow-unconverged --scenario mixed "
    "--scenario half=122mm-rocket:1 --at 2024-03-31 --output out --format html --leave-one-out "
    "--scale icd203 --limit memory=4GB"
)


def form(results: Results, **changes: Any) -> Form:
    found = form_of(dataclasses.replace(results, **changes))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def content(results: Results) -> Content:
    return compose(results)


def test_the_form_has_the_answer_and_its_drivers(results: Results) -> None:
    found = form(results)
    assert (found.middle, found.inner, found.outer) == (
        f"{results.answer.words()[0]} rounds",
        *results.answer.words()[1:],
    )
    assert found.fields[0].title == "Load of a container: 37% of the variance"
    assert [(each.id, each.label, each.value) for each in found.fields[0].controls] == [
        ("what-if-0", "5% quantile", "0.4"),
        ("what-if-1", "95% quantile", "0.92"),
    ]
    assert "not that of the report" in found.lead


def test_the_command_is_that_of_the_report_without_what_only_reports_have(results: Results) -> None:
    assert form(results, command=COMMAND).command == (
        "shellcount estimate 'my case.toml' --set mix_spread=0.9 --set claim.rok-mnd-2024-06=12000 "
        "--given counts --engine is --seed 1 --runs 16 --points 2048 --allow-unconverged "
        "--scenario half=122mm-rocket:1 --at 2024-03-31 --limit memory=4GB"
    )
    named = [name for name, _ in json.loads(form(results, command=COMMAND).data)["command"] if name]
    assert named == ["mix_spread", "claim.rok-mnd-2024-06"]
    for other in (None, "shellcount report 'mycase.toml"):
        assert form(results, command=other).command == ""


def test_the_script_gets_the_rule_of_rounding_and_all_draws(results: Results) -> None:
    data = json.loads(form(results).data)
    assert data["rule"] == rule()
    assert results.what_if is not None
    assert data["levels"] == results.what_if.levels
    assert data["quantiles"][2] == results.answer.p50


def without(content: Content) -> str:
    return render_html(dataclasses.replace(content, what_if=None))


def test_the_page_grows_by_at_most_120_kilobytes(content: Content) -> None:
    grown = len(render_html(content).encode()) - len(without(content).encode())
    assert 110_000 < grown <= 120_000


def test_one_script_is_allowed_where_there_is_one(content: Content) -> None:
    page = render_html(content)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = re.findall(r'Content-Security-Policy" content="(.*?)"', page)
    assert f"default-src &#39;none&#39;; script-src &#39;sha256-{digest}&#39;; style-src" in policy
    assert 'id="what-if"' in page
    plain = without(content)
    for word in ("<script", "script-src", 'id="what-if"', ".what-if", "data-part"):
        assert word not in plain


def test_nothing_to_move_means_no_form(results_all: Results) -> None:
    assert results_all.what_if is None
    assert form_of(results_all) is None


def test_other_formats_have_none(content: Content) -> None:
    assert render_markdown(content) == render_markdown(dataclasses.replace(content, what_if=None))
