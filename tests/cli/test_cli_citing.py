"""The commands that put numbers into documents: cite, fill and audit."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import docx
import pytest
from pybtex.database import parse_string

from building import edited
from commands import FEW, QUICK, SEEDS, run
from shellcount.analysis import analyse
from shellcount.case import reading
from shellcount.case.schema import Case
from shellcount.citing import recomputing
from shellcount.citing.quotation import parse_quotation, parts_of
from shellcount.citing.reference import refer
from shellcount.posterior.fitting import fit

pytestmark = pytest.mark.usefixtures("folder")

TOTAL = "rounds.mixed@2024-06-14"
SETTLED = "containers.munitions@2024-06-14"  # whose numbers lie far from where rounding changes
ROUGH = "rounds.mixed@2023-10-13"  # of which few draws, given all, do not converge
SEED = SEEDS / "dprk-russia-2024.toml"
KINDS = (".md", ".html", ".txt", ".docx")


def template(ending: str, *lines: str) -> str:
    path = Path(f"template{ending}")
    if ending == ".docx":
        document = docx.Document()
        for line in lines:
            document.add_paragraph(line)
        document.save(str(path))
    else:
        path.write_text("\n\n".join(lines), "utf-8")
    return str(path)


def filled(*lines: str, options: tuple[str, ...] = (), ending: str = ".md") -> Path:
    out = Path(f"filled{ending}")
    done = run("fill", template(ending, *lines), "-o", str(out), *QUICK, *options)
    assert done.exit_code == 0, done.stderr
    return out


# --- cite --------------------------------------------------------------------------------


def test_cite_quotes_as_the_library_does(case: Case) -> None:
    done = run("cite", TOTAL)
    assert (done.exit_code, done.stderr) == (0, "")
    quotation = parse_quotation(case, TOTAL)
    reference = refer(analyse(case, parts_of([quotation])), quotation)
    assert done.stdout == f"{reference.text}\n"
    assert done.stdout.startswith(
        "2.0 million rounds (90% interval 0.9 to 3.6 million) [rounds.mixed@2024-06-14"
    )


@pytest.mark.slow
def test_another_seed_cites_the_same_headline() -> None:
    texts = {run("cite", SETTLED, "--seed", str(seed)).stdout.partition(" [")[0] for seed in (1, 2, 3)}
    assert texts == {"12,000 containers (90% interval 9,000 to 16,000)"}


def test_an_unsettled_headline_says_that_another_seed_may_print_another(case: Case) -> None:
    assert fit(case).estimate(TOTAL).rounding_doubt > 1 > fit(case).estimate(SETTLED).rounding_doubt
    settled, total = run("cite", SETTLED, TOTAL, "--footnote").stdout.splitlines()
    assert "nother seed may" in total
    assert "another seed" not in settled


def test_cite_gives_each_name_a_line_in_the_order_asked() -> None:
    names = ("load", TOTAL, f"{TOTAL} >= 1.5 million", "claim.ua-gur-2024", "check.ua-gur-2024")
    lines = run("cite", *names, *QUICK).stdout.splitlines()
    assert [re.findall(r"\[([^,\]]+)[^\[]*$", line)[0] for line in lines] == [
        *("load", TOTAL, f"{TOTAL}>=1500000", "claim.ua-gur-2024", "check.ua-gur-2024"),
    ]


def test_cite_writes_footnotes() -> None:
    done = run("cite", TOTAL, "--footnote", *QUICK)
    assert re.match(rf"{TOTAL}: .*\. Posterior of .* given counts: engine smc, seed 1, .*", done.stdout)


def test_cite_writes_bibtex() -> None:
    done = run("cite", TOTAL, "load", f"{TOTAL} >= 1", f"{TOTAL} <= 1", "--bibtex", *QUICK)
    assert len(parse_string(done.stdout, "bibtex").entries) == 4


def test_cite_writes_csl() -> None:
    entries = json.loads(run("cite", TOTAL, "claim.ua-gur-2024", "--csl", *QUICK).stdout)
    assert [entry["type"] for entry in entries] == ["dataset", "document"]


def test_cite_writes_rows_for_a_spreadsheet() -> None:
    done = run("cite", TOTAL, "claim.ua-gur-2024", "--csv", *QUICK)
    rows = list(csv.DictReader(io.StringIO(done.stdout, newline="")))
    assert [row["name"] for row in rows] == [TOTAL, "claim.ua-gur-2024"]
    assert float(rows[0]["p05"]) < float(rows[0]["p50"]) < float(rows[0]["p95"])
    assert done.stdout.endswith("\n")
    assert not done.stdout.endswith("\n\n")


def test_cite_writes_json() -> None:
    done = run("cite", TOTAL, "load", f"{TOTAL} >= 1.5e6", "claim.ua-gur-2024", "--json", *QUICK)
    document = json.loads(done.stdout)
    total, load, probability, claim = document["references"]
    assert list(document) == ["references"]
    assert {"name", "text", "origin", "as_of", "case", "case_digest", "given", "run"} <= set(total)
    assert (total["name"], total["as_of"], load["as_of"]) == (TOTAL, "2024-06-14", None)
    assert isinstance(total["settled"], bool)
    assert 0 < probability["probability"] < 1
    assert "run" not in claim


def test_one_form_at_a_time() -> None:
    done = run("cite", "load", "--json", "--bibtex")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "shellcount: --json and --bibtex exclude each other\n"


def test_cite_takes_words_from_the_scale_asked_for() -> None:
    said = {
        scale: run("cite", f"{TOTAL} >= 1", "--scale", scale, *QUICK).stdout for scale in ("icd203", "ipcc")
    }
    assert "(almost certain; ICD 203)" in said["icd203"]
    assert "(virtually certain; IPCC likelihood scale)" in said["ipcc"]


def test_cite_reads_cases_changes_scenarios_and_what_is_given() -> None:
    shutil.copy(SEED, "own.toml")
    words = (
        "--case",
        "own.toml",
        "--set",
        "claim.ua-gur-2024=1700000",
        "--scenario",
        "half=152mm-howitzer:1",
    )
    done = run(
        "cite", "rounds.half@2024-06-14", "claim.ua-gur-2024", *words, "--given", "all", "--json", *QUICK
    )
    half, claim = json.loads(done.stdout)["references"]
    assert (half["given"], claim["text"][:17]) == ("all", "about 1.7 million")
    piped = run("cite", "load", "--case", "-", *QUICK, given=SEED.read_bytes())
    assert piped.stdout == run("cite", "load", *QUICK).stdout


def test_numbers_that_have_not_converged_are_refused_or_marked() -> None:
    few = (*FEW, "--given", "all")
    refused = run("cite", ROUGH, *few)
    assert (refused.exit_code, refused.stdout) == (3, "")
    marked = run("cite", ROUGH, *few, "--allow-unconverged")
    assert marked.exit_code == 0
    assert "(given all, not converged)" in marked.stdout
    assert "NOT CONVERGED, do not quote" in marked.stderr


# --- fill --------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", KINDS)
def test_fill_writes_a_document_that_passes_its_audit(ending: str) -> None:
    out = f"filled{ending}"
    source = template(
        ending, f"Sent: {{{{ {TOTAL} | headline }}}}.", "{{ claim.ua-gur-2024 }} and {{ load }}"
    )
    before = Path(source).read_bytes()
    done = run("fill", source, "-o", out, *QUICK)
    assert (done.exit_code, done.stderr) == (0, "")
    assert re.fullmatch(rf"{re.escape(out)}: 3 numbers filled in, run sha256:[0-9a-f]{{64}}\n", done.stdout)
    assert Path(source).read_bytes() == before
    audited = run("audit", out)
    assert (audited.exit_code, audited.stderr) == (0, "")
    assert audited.stdout.endswith("3 numbers: 3 same. 3 references: 3 same.\n")


@pytest.mark.slow
def test_another_seed_fills_the_same_headline() -> None:
    template(".txt", f"{{{{ {SETTLED} | headline }}}}")
    for seed in ("1", "4"):
        assert run("fill", "template.txt", "-o", "filled.txt", "--no-notes", "--seed", seed).exit_code == 0
        shown = "".join(c for c in Path("filled.txt").read_text("utf-8") if c.isprintable())
        assert shown == "12,000 containers (90% interval 9,000 to 16,000)"
    audited = run("audit", "filled.txt")
    assert audited.exit_code == 0, audited.output


def test_fill_writes_json() -> None:
    template(".md", "{{ load }} {{ stowage | range }}")
    found = json.loads(run("fill", "template.md", "-o", "filled.md", "--json", *QUICK).stdout)
    assert set(found) == {"file", "digest", "filled", "marks", "remarks"}
    assert (found["file"], found["filled"]) == ("filled.md", ["load|median", "stowage|range"])
    assert found["digest"].startswith("sha256:")


def test_fill_can_leave_references_out() -> None:
    assert "[^" not in filled("{{ load }}", options=("--no-notes",)).read_text("utf-8")
    assert "[^" in filled("{{ load }}").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("missing.md", "-o", "a.md"), "missing.md cannot be read: No such file"),
        (("template.md", "-o", "template.md"), "template.md is the template itself"),
        (("template.md", "-o", "./template.md"), "template.md is the template itself"),
        (("template.md", "-o", "a.docx"), "a.docx is not of the same kind as its template template.md"),
        (("template.md", "-o", "a.pdf"), "a.pdf cannot be filled or audited (.pdf)"),
        (("template.md", "-o", "no/such/a.md"), "no/such cannot be written: No such file or directory"),
        (("template.md", "-o", "folder.md"), "folder.md cannot be written: it is a directory"),
        (("template.md", "-o", "x" * 300 + ".md"), "cannot be written: File name too long"),
        (("unknown.md", "-o", "a.md"), "unknown.md: 2 placeholders cannot be filled"),
        (("empty.md", "-o", "a.md"), "empty.md has no placeholder"),
        (("open.md", "-o", "a.md"), "open.md: line 1: braces open and do not close"),
        (("code.md", "-o", "a.md"), "code.md: line 1: a placeholder in code cannot be filled"),
        (("broken.docx", "-o", "a.docx"), "broken.docx: it is not a Word document"),
        (("template.md", "-o", "a.md", "--case", "no.toml"), "no.toml: 1 fault"),
        (("template.md", "-o", "a.md", "--set", "laod=1"), "unknown setting 'laod'; did you mean"),
        (("template.md", "-o", "a.md", "--runs", "1"), "runs must be at least 4, not 1"),
        (("template.md", "-o", "a.md", "--given", "some"), "given must be"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, tuple) else "",
)
def test_fill_refuses_what_it_cannot_do_and_writes_nothing(words: tuple[str, ...], message: str) -> None:
    texts = {
        "template.md": "{{ load }}",
        "unknown.md": "{{ laod }} {{ claim.x }}",
        "empty.md": "",
        "open.md": "{{ load",
        "code.md": "`{{ load }}`",
        "broken.docx": "{{ load }}",
    }
    for name, text in texts.items():
        Path(name).write_text(text)
    Path("folder.md").mkdir()
    before = {path: path.read_bytes() for path in Path().iterdir() if path.is_file()}
    done = run("fill", *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("shellcount: ")
    assert message in done.stderr
    assert {path: path.read_bytes() for path in Path().iterdir() if path.is_file()} == before


def test_fill_suggests_close_names() -> None:
    done = run("fill", template(".md", "{{ laod }}", "{{ claim.ua-gur-2025 }}"), "-o", "a.md")
    assert "  line 1: " in done.stderr
    assert "did you mean load" in done.stderr
    assert "  line 3: " in done.stderr
    assert "did you mean ua-gur-2024" in done.stderr


def test_fill_refuses_numbers_that_have_not_converged() -> None:
    few = (*FEW, "--given", "all")
    done = run("fill", template(".md", f"{{{{ {ROUGH} }}}}"), "-o", "a.md", *few)
    assert (done.exit_code, Path("a.md").exists()) == (3, False)


def test_a_briefing_of_a_name_that_is_no_text_is_written_and_said() -> None:
    done = run("fill", template(".md", "{{ load }}"), "-o", "a\udcff.md", "--json", *QUICK)
    assert done.exit_code == 0
    assert "a" in json.loads(done.stdout)["file"]
    assert run("audit", "a\udcff.md").exit_code == 0


@pytest.mark.parametrize(
    "text",
    [
        '</span><script>alert(1)</script><!-- --> "',
        "_a_ `c` | [d](e) {{ load }}",
        "\x1b[31m \u202e a \u200b\u2061",
        r"\input{a} $x$ }{ %",
        "=HYPERLINK(1)",
        "x" * 10_000,
        "a\ufffeb",
    ],
)
def test_hostile_words_of_a_case_come_out_as_text_everywhere(
    text: str, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edit(raw: dict[str, Any]) -> None:
        raw["case"]["title"] = text
        for entry in (*raw["claimant"], *raw["source"]):
            entry["title"] = text

    hostile = edited(case, edit)
    for module in (reading, recomputing):
        monkeypatch.setattr(module, "load_case", lambda _=None: hostile)
    names = ("check.ua-gur-2024", "claim.ua-gur-2024", "load")
    for style in ((), ("--footnote",), ("--bibtex",), ("--csl",), ("--csv",), ("--json",)):
        done = run("cite", *names, *style, *QUICK)
        assert done.exit_code == 0
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e\u200b\u2061]", done.stdout)
    for ending in KINDS:
        assert run("audit", str(filled("{{ check.ua-gur-2024 | sentence }}", ending=ending))).exit_code == 0


# --- audit -------------------------------------------------------------------------------


def test_audit_writes_json() -> None:
    found = json.loads(run("audit", str(filled("{{ load }}")), "--json").stdout)
    assert set(found) == {"passed", "numbers", "references", "document", "remarks"}
    assert (found["passed"], found["remarks"]) == (True, [])
    (number,) = found["numbers"]
    assert set(number) == {"where", "name", "status", "found", "now", "remark", "marks"}
    assert (number["where"], number["name"], number["status"]) == ("line 1", "load|median", "same")
    assert number["found"] == number["now"]


@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_audit_fails_when_a_number_has_drifted(flags: tuple[str, ...]) -> None:
    path = filled("{{ claim.ua-gur-2024 }}")
    path.write_text(path.read_text("utf-8").replace(">about 1.5 million<", ">about 2 million<"), "utf-8")
    done = run("audit", str(path), *flags)
    assert (done.exit_code, done.stderr) == (1, "")
    if flags:
        (number,) = json.loads(done.stdout)["numbers"]
        assert (number["status"], number["found"], number["now"]) == (
            *("drifted", "about 2 million", "about 1.5 million"),
        )
    else:
        assert all(text in done.stdout for text in ("drifted", "about 2 million", "about 1.5 million"))
        assert done.stdout.endswith("1 number: 1 drifted. 1 reference: 1 same.\n")


def test_audit_fails_when_nobody_knows_a_number() -> None:
    path = filled("{{ load }}")
    path.write_text(re.sub("<!--.*-->", "", path.read_text("utf-8")), "utf-8")
    done = run("audit", str(path))
    assert done.exit_code == 1
    assert "the document has no record of it" in " ".join(done.stdout.split())
    assert "1 number: 1 unknown." in done.stdout


def test_audit_follows_the_case_and_its_changes() -> None:
    shutil.copy(SEED, "own.toml")
    options = (
        "--case",
        "own.toml",
        "--set",
        "claim.ua-gur-2024=1700000",
        "--scenario",
        "half=152mm-howitzer:1",
    )
    path = filled("{{ claim.ua-gur-2024 }} {{ rounds.half@2024-06-14 }}", options=options)
    assert run("audit", str(path)).exit_code == 0
    Path("own.toml").rename("other.toml")
    gone = run("audit", str(path))
    assert gone.exit_code == 1
    assert "2 unknown" in gone.stdout
    assert run("audit", str(path), "--case", "other.toml").exit_code == 0
    assert run("audit", str(path), "--case", "-", given=SEED.read_bytes()).exit_code == 0


def test_audit_asks_for_the_case_that_came_from_standard_input() -> None:
    done = run(
        "fill", template(".md", "{{ load }}"), "-o", "a.md", "--case", "-", *QUICK, given=SEED.read_bytes()
    )
    assert done.exit_code == 0
    audited = run("audit", "a.md")
    assert audited.exit_code == 1
    assert "standard input" in audited.stdout
    assert run("audit", "a.md", "--case", str(SEED)).exit_code == 0


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.md", "missing.md cannot be read"),
        ("a.pdf", "a.pdf cannot be filled or audited (.pdf)"),
        ("plain.md", "plain.md contains no shellcount numbers"),
        ("damaged.md", "damaged.md: the record of what was filled in is damaged"),
        ("bytes.md", "bytes.md: it is not UTF-8 (byte 1)"),
        ("bytes.docx", "bytes.docx: it is not a Word document"),
    ],
)
def test_audit_refuses_what_is_no_document_of_ours(name: str, message: str) -> None:
    Path("plain.md").write_text("nothing")
    Path("damaged.md").write_text('<span data-shellcount="ab">1</span><!--shellcount-record {"a": 1}-->')
    Path("bytes.md").write_bytes(b"\xff")
    Path("bytes.docx").write_bytes(b"\xff")
    done = run("audit", name)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("shellcount: ")
    assert message in done.stderr


def test_audit_shows_a_hostile_document_harmlessly() -> None:
    path = filled("{{ load }}")
    text = path.read_text("utf-8")
    path.write_text(re.sub(r">0\.\d+<", ">\x1b[31m\u202e</b>2 numbers: 2 same.<", text), "utf-8")
    done = run("audit", str(path))
    assert done.exit_code == 1
    assert not re.search(r"[\x1b\u202e]", done.stdout)


# --- usage -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("cite",), "NAME"),
        (("cite", "laod"), "did you mean load"),
        (("cite", f"{TOTAL} >= 1.5 zillion"), "is not an amount: it has a word that is not a unit"),
        (("cite", "check.rok-mnd-2024-06"), "hold it out with --without rok-mnd-2024-06"),
        (("cite", "load", "--scale", "kent"), "icd203"),
        (("cite", "load", "--seed", "-1"), "seed must be 0 or more"),
        (("cite", "load", "--case", "no.toml"), "no.toml: 1 fault"),
        (("fill",), "TEMPLATE"),
        (("fill", "a.md"), "--output"),
        (("audit",), "DOCUMENT"),
        (("audit", "a.md", "--case", "no.toml"), "no.toml: 1 fault"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_makes_no_sense_is_refused(words: tuple[str, ...], message: str) -> None:
    done = run(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr


@pytest.mark.parametrize("command", ["cite", "fill", "audit"])
def test_help_has_examples(command: str) -> None:
    done = run(command, "--help")
    assert done.exit_code == 0
    assert "Examples:" in done.stdout
    assert f"shellcount {command} " in done.stdout


def test_help_names_every_form() -> None:
    from shellcount.citing.quotation import FORMS

    shown = run("fill", "--help").stdout
    assert [form for form in ("headline", "range", "exact", "word") if f"| {form} " not in shown] == []
    assert set(FORMS["estimate"]) == {"median", "headline", "range", "exact"}


def test_nothing_is_fit_where_the_names_are_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    fits: list[object] = []
    monkeypatch.setattr("shellcount.posterior.fitting.fit_with", fits.append)
    assert run("cite", "laod").exit_code == 2
    assert run("fill", template(".md", "{{ laod }}"), "-o", "a.md").exit_code == 2
    assert fits == []


def test_a_what_if_is_marked_from_filling_to_audit() -> None:
    path = filled("{{ load }} and {{ claim.ua-gur-2024 }}", options=("--set", "load=0.9:0.99"))
    assert "(what-if)" in path.read_text("utf-8")
    done = run("audit", str(path))
    assert done.exit_code == 0
    assert done.stdout.count("what-if") >= 3  # in the text, today and in the remark
    cited = run("cite", "load", "--set", "load=0.9:0.99", *QUICK).stdout
    assert "(what-if)" in cited
    assert run("cite", "load", *QUICK).stdout.count("what-if") == 0
    (reference,) = json.loads(run("cite", "load", "--set", "load=0.9:0.99", "--json", *QUICK).stdout)[
        "references"
    ]
    assert reference["marks"] == [
        {"kind": "what-if", "short": "what-if", "long": "what-if, with load=0.9:0.99"}
    ]


def test_a_record_is_kept_and_used() -> None:
    path = filled("Loaded to {{ load }}.", options=("--record", "kept.json"))
    text = re.sub(r"<!--.*-->|</?span[^>]*>", "", path.read_text("utf-8"))
    path.write_text(text, "utf-8")
    lost = run("audit", str(path))
    assert lost.exit_code == 2
    assert "the marks were removed by another program" in lost.stderr
    found = run("audit", str(path), "--record", "kept.json")
    assert found.exit_code == 0
    assert "The marks were removed by another program" in found.stdout


def test_a_seal_is_checked_with_its_key() -> None:
    Path("key").write_bytes(bytes(range(32)))
    Path("short").write_bytes(b"secret")
    path = filled("Loaded to {{ load }}.", options=("--key", "key"))
    assert run("audit", str(path), "--key", "key").exit_code == 0
    Path("key").write_bytes(bytes(range(1, 33)))
    other = run("audit", str(path), "--key", "key")
    assert other.exit_code == 1
    assert "sealed with another key" in " ".join(other.stdout.split())
    unsealed = filled("Loaded to {{ load }}.")
    assert run("audit", str(unsealed), "--key", "key").exit_code == 1
    for command in (("audit", str(path)), ("fill", template(".md", "{{ load }}"), "-o", "b.md")):
        refused = run(*command, "--key", "short")
        assert refused.exit_code == 2
        assert "has 6 bytes, and needs at least 16" in refused.stderr
    assert not Path("b.md").exists()


def test_filling_from_a_case_elsewhere_says_that_an_audit_will_need_it() -> None:
    Path("text").mkdir()
    shutil.copy(SEED, "own.toml")
    done = run(*("fill", template(".md", "{{ load }}"), "-o", "text/a.md", "--case", "own.toml", *QUICK))
    assert done.exit_code == 0
    assert "shellcount audit will need --case" in done.stdout
    refused = run("audit", "text/a.md")
    assert refused.exit_code == 1
    assert "is not beneath the folder" in " ".join(refused.stdout.split())
    assert run("audit", "text/a.md", "--case", "own.toml").exit_code == 0
