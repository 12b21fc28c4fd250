// What stands below the figures: verdicts, drivers, and what changed.

import { element, setAttribute, setText, show, syncList } from "./dom.js";

const slug = (verdict) => verdict.replaceAll(" ", "-");

// Stated figures with their verdicts; those that differ from the case say so in a word and by their ground.
export function verdictList() {
  const list = element("ul", { class: "verdicts" });
  const make = () => {
    const parts = {
      verdict: element("span", { class: "verdict" }),
      was: element("span", { class: "was" }),
      title: element("span", { class: "claimant" }),
      stated: element("span", { class: "figure" }),
      sentence: element("p"),
      meaning: element("p", { class: "meaning" }),
    };
    const summary = element("summary", {}, parts.verdict, element("span", { class: "of" }, parts.stated, " ", parts.title), parts.was);
    return { ...parts, node: element("li", {}, element("details", {}, summary, parts.sentence, parts.meaning)) };
  };
  return {
    node: list,
    update(verdicts) {
      syncList(list, verdicts, ({ claim }) => claim, make, (one, each) => {
        setText(one.verdict, each.verdict);
        setAttribute(one.verdict, "class", `verdict ${slug(each.verdict)}`);
        setText(one.was, each.changed ? `was ${each.was}` : "");
        setAttribute(one.node, "class", each.changed ? "flipped" : null);
        setText(one.title, each.title);
        setText(one.stated, each.stated);
        setText(one.sentence, each.sentence);
        setText(one.meaning, each.meaning);
      });
    },
  };
}

// Drivers of the answer as bars.
export function driverBars({ onDriver }) {
  const finding = element("p", { class: "finding" });
  const bars = element("ol", { class: "bars" });
  const notes = element("div", { class: "notes" });
  const node = element("div", {}, finding, bars, notes);
  const make = ({ name }) => {
    const parts = {
      title: element("button", { type: "button", class: "link", on: { click: () => onDriver(name) } }),
      plain: element("span"),
      share: element("span", { class: "share" }),
      bar: element("span", { class: "bar" }),
    };
    const track = element("span", { class: "track", "aria-hidden": "true" }, parts.bar);
    const words = element("span", { class: "driver" }, parts.title, parts.plain);
    return { ...parts, node: element("li", {}, words, parts.share, track) };
  };
  return {
    node,
    update(tornado, isControl) {
      show(node, tornado !== null);
      if (!tornado) return;
      setText(finding, tornado.finding);
      syncList(bars, tornado.bars, ({ name }) => name, make, (one, each) => {
        const moves = isControl(each.name);
        show(one.title, moves);
        show(one.plain, !moves);
        setText(one.title, each.title);
        setText(one.plain, each.title);
        setText(one.share, each.kind ? `${each.text} ${each.kind}` : each.text);
        setAttribute(one.node, "class", each.kind || "together");
        const width = (100 * Math.max(0, each.share)) / tornado.axis.high;
        one.bar.style.inlineSize = `${Math.min(100, width).toFixed(1)}%`;
      });
      syncList(notes, tornado.notes, (note) => note, (note) => ({ node: element("p", { text: note }) }), () => {});
    },
  };
}

// What changed from the case, in words.
export function changeList() {
  const none = element("p", { class: "none", text: "Nothing yet: these are the numbers of the case as it is." });
  const moved = element("p", { class: "moved" });
  const list = element("ul");
  return {
    node: element("div", { class: "changes" }, none, moved, list),
    update({ changes, moved: words }) {
      show(none, changes.length === 0);
      show(moved, words !== "");
      setText(moved, words);
      syncList(list, changes, (change) => change, (change) => ({ node: element("li", { text: change }) }), () => {});
    },
  };
}
