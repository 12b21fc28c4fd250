"""The panel of the explorer in a real browser: what it shows and sends, by hand, by keyboard and by ear."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from browsing import Theme, Visit, themes, violations
from panelling import EDITS, VIEW, Document, about, view, write_page
from shellcount.explore.controls import controls
from shellcount.results.results import Results

pytestmark = pytest.mark.browser

WIDE, NARROW = (1400, 900), (400, 850)
sizes = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["400px", "1400px"])
HOSTILE = '<img src=x onerror=alert(1)> "&\u202e' + "x" * 300


@pytest.fixture(scope="module")
def case_about(results: Results) -> Document:
    """The controls of the shipped case."""
    return about([control.document() for control in controls(results)])


@pytest.fixture
def panel(case_about: Document, tmp_path: Path) -> Path:
    return write_page(tmp_path, case_about, {"edits": EDITS, "pins": [], "view": view(pins=[])})


def low_of_load(page: Page) -> Any:
    return page.get_by_role("slider", name="5% of load of a container", exact=True)


def last(page: Page) -> Document:
    message: Document = page.evaluate("sent.at(-1)")
    return message


def answer(page: Page, **parts: Any) -> None:
    """Answer the latest edits."""
    page.evaluate("message => tell(message)", {"type": "view", "view": view(last(page)["serial"], **parts)})


# --- for everybody -----------------------------------------------------------------------


@sizes
@themes
def test_everybody_can_use_it(browser: Browser, panel: Path, size: tuple[int, int], theme: Theme) -> None:
    with Visit(browser, panel.as_uri(), size, theme) as page:
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        low_of_load(page).press("ArrowRight")
        answer(page, faults={"load": "load must be below 1"})
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


@sizes
@themes
def test_everybody_can_stop_a_long_fit(
    browser: Browser, panel: Path, size: tuple[int, int], theme: Theme
) -> None:
    message = (
        "Fitting by sequential Monte Carlo (engine smc). Until then, the answer is that of earlier edits."
    )
    with Visit(browser, panel.as_uri(), size, theme) as page:
        low_of_load(page).press("ArrowRight")
        answer(page, status="fitting", message=message, waited="12 s so far", fresh=False, whole=False)
        state = page.locator(".state")
        assert state.locator("p").inner_text() == f"{message} 12 s so far"
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        stop = state.get_by_role("button", name="Stop", exact=True)
        stop.focus()
        page.keyboard.press("Enter")
        assert last(page) == {"type": "stop", "serial": 2}
        answer(page, status="fitting", message=message, waited="13 s so far", fresh=False, whole=False)
        assert state.get_by_role("button").inner_text() == "Stopping \u2026"
        answer(page, status="stopped", message="The fit was stopped.", fresh=False)
        assert page.evaluate("document.activeElement.textContent") == "Fit again"
        assert violations(page) == []
        page.keyboard.press("Enter")
        assert (last(page)["type"], last(page)["serial"]) == ("edits", 3)
        answer(page)
        assert state.get_by_role("button").count() == 0
        assert state.inner_text().strip() == ""


@pytest.mark.parametrize("host", ["class='dark'", "data-theme='dark'", "data-jp-theme-light='false'"])
def test_it_follows_the_theme_of_the_page_that_it_is_on(browser: Browser, panel: Path, host: str) -> None:
    with Visit(browser, panel.as_uri(), WIDE, "light") as page:
        root = page.locator(".shellcount")
        assert root.get_attribute("data-theme") == "light"
        name, _, value = host.partition("=")
        page.evaluate("([name, value]) => document.body.setAttribute(name, value)", [name, value.strip("'")])
        page.wait_for_selector(".shellcount[data-theme=dark]")
        assert root.evaluate("node => getComputedStyle(node).backgroundColor") == "rgb(21, 23, 26)"


def test_the_keyboard_goes_from_the_answer_through_the_controls(browser: Browser, panel: Path) -> None:
    names = [
        "Open a case or ledger \u2026",
        "X, of: at least X",
        "Find a setting",
        "The answer",
        "claims that are fit",
        "scenario",
    ]
    with Visit(browser, panel.as_uri(), NARROW, "light") as page:
        found = []
        for _ in range(12):
            page.keyboard.press("Tab")
            found.append(
                page.evaluate(
                    """() => {
                      const at = document.activeElement;
                      return at.getAttribute("aria-label") ?? at.labels?.[0]?.textContent ?? at.textContent;
                    }"""
                )
            )
        assert [name for name in found if name in names] == names


def test_what_the_keyboard_goes_to_is_not_hidden_by_the_answer(browser: Browser, panel: Path) -> None:
    with Visit(browser, panel.as_uri(), NARROW, "light") as page:
        for _ in range(40):
            page.keyboard.press("Tab")
        page.keyboard.press("Shift+Tab")
        top = page.evaluate("document.activeElement.getBoundingClientRect().top")
        assert top >= page.evaluate("document.querySelector('.answer').getBoundingClientRect().bottom")


def test_motion_is_left_out_where_it_is_not_wanted(browser: Browser, panel: Path) -> None:
    with Visit(browser, panel.as_uri(), WIDE, "light", reduced_motion="reduce") as page:
        page.evaluate("document.querySelector('.answer').setAttribute('aria-busy', 'true')")
        style = "getComputedStyle(document.querySelector('.answer'), '::after').animationName"
        assert page.evaluate(style) == "none"


# --- what it shows -----------------------------------------------------------------------


def test_the_answer_is_the_text_of_the_view(browser: Browser, panel: Path) -> None:
    with Visit(browser, panel.as_uri(), WIDE, "light") as page:
        told = VIEW["answer"]
        assert page.locator(".big").inner_text() == told["median"]
        described = page.locator(".described").inner_text()
        assert described == f"{told['described']} {told['figure'].removeprefix(told['median']).strip()}"
        assert page.locator(".range90").inner_text() == f"90%: {told['range90']}"
        assert page.locator(".range50").inner_text() == f"50%: {told['range50']}"
        assert page.locator(".marks li").all_inner_texts() == told["marks"]
        assert page.locator(".changes li").all_inner_texts() == VIEW["changes"]
        assert page.locator(".sharing code").inner_text() == VIEW["command"]
        assert page.locator(".bars .share").all_inner_texts() == [
            f"{bar['text']} {bar['kind']}".strip() for bar in VIEW["tornado"]["bars"]
        ]


def test_verdicts_that_flip_say_so_in_words(browser: Browser, panel: Path) -> None:
    with Visit(browser, panel.as_uri(), WIDE, "light") as page:
        rows = page.locator(".verdicts > li")
        for place, verdict in enumerate(VIEW["verdicts"]):
            row = rows.nth(place)
            assert row.locator(".verdict").inner_text() == verdict["verdict"]
            assert row.locator(".was").inner_text() == (f"was {verdict['was']}" if verdict["changed"] else "")
            assert ("flipped" in (row.get_attribute("class") or "")) == verdict["changed"]
        assert any(verdict["changed"] for verdict in VIEW["verdicts"])


def test_a_redraw_keeps_all_its_nodes_and_moves_nothing(browser: Browser, panel: Path) -> None:
    """So that it costs little, and nobody loses the place that they read at."""
    edges = """[...document.querySelectorAll(".control, .plot, .card, .big")].map(
      (each) => Math.round(each.getBoundingClientRect().top))"""
    with Visit(browser, panel.as_uri(), WIDE, "light") as page:
        page.evaluate(
            """() => {
              window.made = 0;
              new MutationObserver((records) => {
                const added = records.flatMap(({ addedNodes }) => [...addedNodes]);
                window.made += added.filter((each) => each.nodeType === 1).length;
              }).observe(document.querySelector(".frame"), { childList: true, subtree: true });
            }"""
        )
        before = page.evaluate(edges)
        low_of_load(page).press("ArrowRight")
        changed = {**VIEW["answer"], "median": "12.9 million rounds", "range50": "11.4 to 12.4 million"}
        points = [[at * 1.1, height / 2] for at, height in VIEW["density"]["now"]["points"]]
        density = {**VIEW["density"], "now": {**VIEW["density"]["now"], "points": points}}
        answer(page, answer=changed, density=density, moved="")
        assert page.locator(".big").inner_text() == "12.9 million rounds"
        assert page.evaluate(edges) == before
        assert page.evaluate("window.made") == 0


def test_what_follows_the_answer_stays_until_it_comes(browser: Browser, panel: Path) -> None:
    with Visit(browser, panel.as_uri(), WIDE, "light") as page:
        low_of_load(page).press("ArrowRight")
        verdicts = page.locator(".verdicts > li").count()
        changed = {**VIEW["answer"], "median": "12.9 million rounds"}
        answer(page, answer=changed, whole=False, verdicts=[], timelines=[], tornado=None)
        assert page.locator(".big").inner_text() == "12.9 million rounds"
        assert page.locator(".verdicts > li").count() == verdicts == len(VIEW["verdicts"])
        assert page.locator(".bars .share").count() == len(VIEW["tornado"]["bars"])
        answer(page, verdicts=VIEW["verdicts"][:2])
        assert page.locator(".verdicts > li").count() == 2


def test_a_fault_stands_beside_its_field(browser: Browser, panel: Path) -> None:
    with Visit(browser, panel.as_uri(), WIDE, "light") as page:
        low_of_load(page).press("ArrowRight")
        answer(page, faults={"load": "load must be below 1"})
        field = page.get_by_role("textbox", name="5% of load of a container", exact=True)
        assert field.get_attribute("aria-invalid") == "true"
        described = field.get_attribute("aria-describedby")
        assert page.locator(f"id={described}").inner_text() == "load must be below 1"
        assert page.locator(".fault:visible").count() == 1
        low_of_load(page).press("ArrowLeft")
        answer(page)
        assert field.get_attribute("aria-invalid") is None
        assert page.locator(".fault:visible").count() == 0


def test_edits_without_an_answer_say_so_and_leave_the_last_one(browser: Browser, panel: Path) -> None:
    with Visit(browser, panel.as_uri(), WIDE, "light") as page:
        low_of_load(page).press("ArrowRight")
        assert page.locator(".answer[data-stale]").count() == 0
        answer(page, status="fault", message="no claim is left to fit: switch one on", fresh=False)
        assert page.locator(".answer[data-stale]").count() == 1
        assert page.locator(".state").inner_text() == "no claim is left to fit: switch one on"
        assert page.locator(".big").inner_text() == VIEW["answer"]["median"]


def test_hostile_text_stays_text(browser: Browser, tmp_path: Path) -> None:
    verdicts = [{**VIEW["verdicts"][0], "title": HOSTILE, "stated": HOSTILE, "sentence": HOSTILE}]
    answers = {**VIEW["answer"], "described": HOSTILE, "median": HOSTILE, "marks": [HOSTILE]}
    shown = view(answer=answers, verdicts=verdicts, changes=[HOSTILE], message=HOSTILE, command=HOSTILE)
    plain = {
        "field": "changes",
        "entry": "",
        "low": None,
        "high": None,
        "step": None,
        "scale": "linear",
        "digits": 0,
    }
    texts = {
        "unit": HOSTILE,
        "words": [HOSTILE],
        "labels": [HOSTILE],
        "note": HOSTILE,
        "other": "",
        "now": HOSTILE,
    }
    control = {"name": HOSTILE, "title": HOSTILE, "section": HOSTILE, "folded": False, **plain, **texts}
    kinds = ("range", "number", "figure", "choice", "date", "text")
    rows = [
        {**control, "kind": kind, "name": f"{HOSTILE}{kind}", "entry": entry}
        for kind in kinds
        for entry in ("", HOSTILE)
    ]
    path = write_page(
        tmp_path, about(rows, title=HOSTILE, question=HOSTILE), {"edits": EDITS, "pins": [], "view": shown}
    )
    with Visit(browser, path.as_uri(), NARROW, "dark") as page:
        assert page.locator(".shellcount img").count() == 0
        assert page.locator(".big").inner_text() == HOSTILE
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
        page.evaluate("message => tell(message)", {"type": "told", "text": HOSTILE, "wrong": True})
        assert HOSTILE in page.locator(".notice").inner_text()


# --- what it sends -----------------------------------------------------------------------


def test_one_message_is_on_its_way_and_then_the_latest(browser: Browser, panel: Path) -> None:
    with Visit(browser, panel.as_uri(), WIDE, "light") as page:
        for _ in range(6):
            low_of_load(page).press("ArrowRight")
        assert [each["changes"] for each in page.evaluate("sent")] == [{"load": "0.41:0.92"}]
        page.evaluate("tell({ type: 'received', serial: sent.at(-1).serial })")
        assert [each["changes"]["load"] for each in page.evaluate("sent")] == ["0.41:0.92", "0.46:0.92"]
        page.evaluate("tell({ type: 'received', serial: sent.at(-1).serial })")
        assert page.evaluate("sent.length") == 2


def test_a_view_of_earlier_edits_is_not_shown_after_that_of_later_ones(browser: Browser, panel: Path) -> None:
    with Visit(browser, panel.as_uri(), WIDE, "light") as page:
        low_of_load(page).press("ArrowRight")
        answer(page, answer={**VIEW["answer"], "median": "the later"})
        earlier = view(last(page)["serial"] - 1, answer={**VIEW["answer"], "median": "the earlier"})
        page.evaluate("message => tell(message)", {"type": "view", "view": earlier})
        assert page.locator(".big").inner_text() == "the later"


def test_a_prior_is_moved_by_its_handles_its_numbers_and_back(browser: Browser, panel: Path) -> None:
    with Visit(browser, panel.as_uri(), WIDE, "light") as page:
        low, high = low_of_load(page), page.get_by_role("slider", name="95% of load of a container")
        assert (low.get_attribute("aria-valuetext"), high.get_attribute("aria-valuetext")) == ("0.4", "0.92")
        low.press("End")  # no handle passes the other
        assert last(page)["changes"] == {"load": "0.91:0.92"}
        answer(page)
        exact = page.get_by_role("textbox", name="95% of load of a container")
        exact.fill("0.955")
        exact.press("Enter")
        assert last(page)["changes"] == {"load": "0.91:0.955"}
        answer(page)
        page.get_by_label("known: take load of a container as one value").check()
        assert last(page)["changes"] == {"load": "0.735"}
        answer(page)
        page.get_by_role("button", name="Reset load of a container").click()
        assert last(page)["changes"] == {}
        assert (
            page.evaluate("document.activeElement.getAttribute('aria-label')") == "5% of load of a container"
        )


def test_claims_are_switched_redated_and_reset_together(browser: Browser, panel: Path) -> None:
    with Visit(browser, panel.as_uri(), WIDE, "light") as page:
        entry = page.locator("fieldset").filter(has_text="the White House").first
        entry.get_by_label("out").check()
        assert last(page)["uses"] == {"claim:us-white-house-2023-10": "out"}
        answer(page)
        entry.locator("summary").click()
        entry.get_by_label("as of", exact=True).fill("2023-11-01")
        answer(page)
        entry.get_by_label("open: as of lies between two days").check()
        answer(page)
        assert last(page)["changes"] == {"claim.us-white-house-2023-10.as_of": "2023-11-01..2023-11-01"}
        entry.get_by_label("hedge", exact=True).select_option("about")
        answer(page)
        page.get_by_role("button", name="Reset all").click()
        assert {part: last(page)[part] for part in EDITS} == EDITS
        assert entry.get_by_label("fit").is_checked()


def test_the_answer_may_be_of_a_period(browser: Browser, panel: Path) -> None:
    with Visit(browser, panel.as_uri(), WIDE, "light") as page:
        page.get_by_label("period: from a first to a last day").check()
        answer(page)
        page.get_by_label("first day of date").fill("2024-01-01")
        assert last(page)["day"] == "2024-01-01..2024-06-14"


def test_a_switch_shows_what_its_claim_is_used_for_unless_it_was_moved(browser: Browser, panel: Path) -> None:
    with Visit(browser, panel.as_uri(), WIDE, "light") as page:
        entries = page.locator("fieldset")
        moved = entries.filter(has_text="the White House").first
        followed = entries.filter(has_text="the US Department of State").first
        moved.get_by_label("check", exact=True).check()
        uses = {"claim:us-white-house-2023-10": "out", "claim:us-state-2024-02": "out"}
        message = {"type": "view", "view": view(last(page)["serial"]), "uses": uses}
        page.evaluate("message => tell(message)", message)
        assert moved.get_by_label("check", exact=True).is_checked()
        assert followed.get_by_label("out", exact=True).is_checked()
        assert followed.locator("[data-changed]").count() == 0


def test_the_value_of_the_case_is_shown_beside_another_in_place(browser: Browser, panel: Path) -> None:
    with Visit(browser, panel.as_uri(), WIDE, "light") as page:
        control = page.locator(".control", has=low_of_load(page))
        before, size = control.get_by_text("case: "), control.bounding_box()
        assert not before.is_visible()
        low_of_load(page).press("ArrowRight")
        assert before.inner_text() == "case: 0.4 to 0.92"
        assert before.is_visible()
        assert control.bounding_box() == size


def test_settings_are_found_by_name(browser: Browser, panel: Path) -> None:
    with Visit(browser, panel.as_uri(), WIDE, "light") as page:
        page.get_by_role("searchbox", name="Find a setting").fill("rocket row")
        assert page.locator(".control:visible").count() > 0
        shown = page.locator(".control:visible .title").all_inner_texts()
        assert all("row" in title.lower() for title in shown), shown
        page.get_by_role("searchbox", name="Find a setting").fill("")
        page.get_by_role("button", name="load of a container").click()  # a driver leads to its setting
        assert (
            page.evaluate("document.activeElement.getAttribute('aria-label')") == "5% of load of a container"
        )


def test_x_is_moved_by_the_keyboard_and_by_hand_and_stays_in_place(browser: Browser, panel: Path) -> None:
    def told(chance: Document) -> str:
        return f"{chance['text']} case: {chance['was']}" if chance["was"] else chance["text"]

    chances = VIEW["exceeding"]["chances"]
    assert any(chance["was"] for chance in chances)
    place = VIEW["exceeding"]["place"]
    with Visit(browser, panel.as_uri(), WIDE, "light") as page:
        handle, beside = page.get_by_role("slider", name="X, of: at least X"), page.locator(".chance")
        assert beside.inner_text() == told(chances[place])
        handle.press("ArrowRight")
        assert beside.inner_text() == told(chances[place + 1])
        assert (handle.get_attribute("aria-valuetext") or "").startswith(chances[place + 1]["words"])
        line = page.locator(".cross").bounding_box()
        assert line is not None
        step = (1400 - 392 - 64) / len(chances)
        page.mouse.move(line["x"], line["y"] + 80)
        page.mouse.down()
        page.mouse.move(line["x"] + 10 * step, line["y"] + 80, steps=4)
        page.mouse.up()
        moved = beside.inner_text()
        assert moved in set(map(told, chances[place + 6 : place + 15]))
        low_of_load(page).press("ArrowRight")
        answer(page)
        assert beside.inner_text() == moved  # the amount that was chosen, not the one that a view proposes


def test_the_handle_of_x_stays_on_its_line_where_the_window_changes(browser: Browser, panel: Path) -> None:
    with Visit(browser, panel.as_uri(), WIDE, "light") as page:
        for width in (1100, 1300, 400):
            page.set_viewport_size({"width": width, "height": 850})
            page.wait_for_function(
                """() => {
                  const plot = document.querySelector(".density .plot");
                  const drawn = document.querySelector(".density svg").getAttribute("viewBox");
                  return drawn.split(" ")[2] == plot.clientWidth;
                }"""
            )
            line, handle = page.locator(".cross").bounding_box(), page.locator(".handle").bounding_box()
            assert line is not None
            assert handle is not None
            share = VIEW["exceeding"]["place"] / (len(VIEW["exceeding"]["chances"]) - 1)
            thumb = handle["x"] + 14 + share * (handle["width"] - 28)
            assert abs(thumb - line["x"]) < 2


def test_answers_are_pinned_named_and_taken_off(browser: Browser, panel: Path) -> None:
    with Visit(browser, panel.as_uri(), WIDE, "light") as page:
        low_of_load(page).press("ArrowRight")
        answer(page, density={**VIEW["density"], "pins": []})
        page.get_by_role("button", name="Pin this answer").click()
        (pin,) = last(page)["pins"]
        assert pin == {"label": VIEW["changes"][0][:60], "edits": {**EDITS, "changes": {"load": "0.41:0.92"}}}
        answer(page)
        name = page.get_by_role("textbox", name="Name of pin A")
        name.fill("fuller")
        name.press("Enter")
        assert last(page)["pins"] == [{**pin, "label": "fuller"}]
        answer(page)
        page.get_by_role("button", name="Remove pin A").click()
        assert last(page)["pins"] == []


def test_a_page_that_is_loaded_again_shows_the_edits_as_they_were(
    browser: Browser, case_about: Document, tmp_path: Path
) -> None:
    edits = {**EDITS, "changes": {"load": "0.5:0.8"}}
    pins = [{"label": "one", "edits": EDITS}]
    path = write_page(tmp_path, case_about, {"edits": edits, "pins": pins, "view": view(7)})
    with Visit(browser, path.as_uri(), WIDE, "light") as page:
        assert (
            page.get_by_role("textbox", name="5% of load of a container", exact=True).input_value() == "0.5"
        )
        assert page.evaluate("sent") == []
        low_of_load(page).press("ArrowRight")
        assert last(page) == {
            "type": "edits",
            "serial": 8,
            **edits,
            "changes": {"load": "0.51:0.8"},
            "pins": pins,
        }


def test_another_case_takes_the_place_of_the_first(
    browser: Browser, panel: Path, case_about: Document
) -> None:
    with Visit(browser, panel.as_uri(), WIDE, "light") as page:
        low_of_load(page).press("ArrowRight")
        page.evaluate("document.querySelector('.frame').old = true")
        other = {**case_about, "question": "How many others?"}
        page.evaluate("value => show('state', value)", {"edits": EDITS, "pins": [], "view": view(3)})
        page.evaluate("value => show('about', value)", other)
        assert page.locator("h1").inner_text() == "How many others?"
        assert page.locator(".frame").count() == 1
        assert page.evaluate("heard['msg:custom'].length") == 1
        page.evaluate("value => show('about', value)", {"message": "The case is fitted"})
        assert page.locator(".waiting").inner_text() == "The case is fitted"


# --- what may go wrong -------------------------------------------------------------------


def test_a_server_that_is_gone_is_told_and_tried_again(browser: Browser, panel: Path) -> None:
    with Visit(browser, panel.as_uri(), WIDE, "light") as page:
        page.clock.install()
        page.evaluate("window.gone = true")
        low_of_load(page).press("ArrowRight")
        told = page.locator(".notice")
        told.get_by_text("Your edits are kept").wait_for()
        low_of_load(page).press("ArrowRight")
        page.evaluate("window.gone = false")
        page.clock.run_for(4000)
        assert last(page)["changes"] == {"load": "0.42:0.92"}
        page.evaluate("tell({ type: 'received', serial: sent.at(-1).serial })")
        assert told.inner_text().startswith("The server answers again.")


def test_a_server_that_says_nothing_is_gone_too(browser: Browser, panel: Path) -> None:
    with Visit(browser, panel.as_uri(), WIDE, "light") as page:
        page.clock.install()
        low_of_load(page).press("ArrowRight")
        page.clock.run_for(300)
        assert page.locator(".answer").get_attribute("aria-busy") == "true"
        page.clock.run_for(6000)
        assert "Your edits are kept" in page.locator(".notice").inner_text()
        assert page.locator(".answer").get_attribute("aria-busy") is None


def test_the_answer_is_spoken_once_it_has_come_to_rest(browser: Browser, panel: Path) -> None:
    with Visit(browser, panel.as_uri(), WIDE, "light") as page:
        page.clock.install()
        spoken = page.locator(".spoken")
        for median in ("first", "second"):
            low_of_load(page).press("ArrowRight")
            answer(page, answer={**VIEW["answer"], "sentence": f"The {median} answer."})
            page.clock.run_for(500)
            assert "answer." not in spoken.inner_text()
        page.clock.run_for(1000)
        assert "The second answer." in spoken.inner_text()
        assert VIEW["exceeding"]["chances"][VIEW["exceeding"]["place"]]["words"] in spoken.inner_text()
        for flipped in [each for each in VIEW["verdicts"] if each["changed"]]:
            assert f"{flipped['verdict']}, was {flipped['was']}" in spoken.inner_text()


# --- files -------------------------------------------------------------------------------


def test_a_file_is_dropped_or_refused_for_its_size(browser: Browser, panel: Path) -> None:
    drop = """size => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(["x".repeat(size)], "grain.toml"));
      for (const kind of ["dragenter", "dragover", "drop"]) {
        const event = new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true });
        document.querySelector(".frame").dispatchEvent(event);
      }
    }"""
    with Visit(browser, panel.as_uri(), WIDE, "light") as page:
        page.evaluate(drop, 3)
        page.wait_for_function("() => sent.length === 1")
        assert last(page) == {"type": "open", "name": "grain.toml"}
        assert page.evaluate("new TextDecoder().decode(buffers.at(-1)[0])") == "xxx"
        page.evaluate(drop, 6_000_000)
        page.wait_for_function(
            "() => document.querySelector('.notice').textContent.includes('larger than 5 MB')"
        )
        assert page.evaluate("sent.length") == 1


def test_what_is_taken_along_is_copied_or_saved(browser: Browser, panel: Path) -> None:
    with Visit(browser, panel.as_uri(), WIDE, "light") as page:
        page.evaluate("() => { navigator.clipboard.writeText = async (text) => { window.copied = text; }; }")
        page.get_by_role("button", name="Copy command").click()
        page.locator(".notice").get_by_text("Command copied.").wait_for()
        assert page.evaluate("copied") == VIEW["command"]
        page.evaluate("() => { navigator.clipboard.writeText = async () => { throw new Error('no'); }; }")
        page.get_by_role("button", name="Copy as TOML").click()
        asked = last(page)
        assert (asked["type"], asked["kind"], asked["changes"]) == ("export", "case.toml", {})
        file = {"type": "file", "ask": asked["ask"], "name": "case.toml"}
        page.evaluate("message => tell(message, [new TextEncoder().encode('load = 0.7')])", file)
        page.locator(".notice").get_by_text("copy it with the keyboard").wait_for()
        assert page.evaluate("getSelection().toString()") == "load = 0.7"
        page.get_by_role("button", name="Numbers (JSON)").click()
        with page.expect_download() as download:
            file = {
                "type": "file",
                "ask": last(page)["ask"],
                "name": "numbers.json",
            }
            page.evaluate("message => tell(message, [new TextEncoder().encode('{}')])", file)
        assert download.value.suggested_filename == "numbers.json"
        assert Path(download.value.path()).read_text() == "{}"


def test_leaving_takes_everything_away(browser: Browser, panel: Path) -> None:
    with Visit(browser, panel.as_uri(), WIDE, "light") as page:
        page.evaluate("leave()")
        assert page.evaluate("document.getElementById('here').childElementCount") == 0
        assert page.evaluate("Object.values(heard).flat().length") == 0
