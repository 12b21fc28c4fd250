// The explorer: controls on one side, and on the other what follows from them.

import { announcer, noticeLine } from "./announcing.js";
import { controlPanel } from "./controls.js";
import { densityFigure } from "./density.js";
import { element, identifiers, setAttribute, setText, show, syncList } from "./dom.js";
import { changeList, driverBars, verdictList } from "./findings.js";
import { opener, sharingPanel } from "./sharing.js";
import { editsStore } from "./store.js";
import { followTheme } from "./theme.js";
import { timelineFigures } from "./timeline.js";
import { connect } from "./wire.js";

const SOON = 200; // milliseconds after which a wait is shown

function card(title, ids, ...nodes) {
  const heading = element("h2", { id: ids("heading"), text: title });
  return element("section", { class: "card", "aria-labelledby": heading.id }, heading, ...nodes);
}

// What is being done or is wrong, and for a long fit how long it has taken, with a button to stop it.
function statePart({ onStop, onAgain }) {
  const [words, waited] = [element("span"), element("span", { class: "waited" })];
  const act = element("button", { type: "button", hidden: true });
  const node = element("div", { class: "state" }, element("p", {}, words, " ", waited), act);
  let shown = null; // the status that the button is for
  let halted = 0; // serial of the edits whose fit is to be stopped
  act.addEventListener("click", () => {
    if (shown === "stopped") onAgain();
    if (shown !== "fitting") return;
    shown = "stopping";
    setText(act, "Stopping \u2026");
    halted = onStop();
  });
  return {
    node,
    update({ serial, message, waited: time, status }) {
      setText(words, message);
      setText(waited, time);
      setAttribute(node, "data-wrong", status === "fault");
      setAttribute(node, "data-waiting", status === "fitting" || status === "stopped");
      show(act, status === "fitting" || status === "stopped");
      if (shown === "stopping" && status === "fitting" && serial <= halted) return;
      shown = status;
      setText(act, status === "stopped" ? "Fit again" : "Stop");
    },
  };
}

function answerPart(state) {
  const parts = {
    described: element("span"),
    short: element("span", { class: "short" }),
    figure: element("p", { class: "big" }),
    range90: element("span", { class: "range90" }),
    range50: element("span", { class: "range50" }),
    moved: element("p", { class: "moved" }),
    marks: element("ul", { class: "marks" }),
  };
  const described = element("p", { class: "described" }, parts.described, " ", parts.short);
  const ranges = element("p", { class: "ranges" }, parts.range90, " ", parts.range50);
  const words = element("div", { class: "words" }, described, parts.figure, ranges, parts.moved, state.node);
  return {
    words,
    marks: parts.marks,
    update(view) {
      const { answer, moved } = view;
      state.update(view);
      setText(parts.moved, moved);
      if (!answer) return;
      setText(parts.described, answer.described);
      setText(parts.figure, answer.median);
      setText(parts.short, answer.figure.slice(answer.median.length).trim());
      setText(parts.range90, `90%: ${answer.range90}`);
      setText(parts.range50, `50%: ${answer.range50}`);
      syncList(parts.marks, answer.marks, (mark) => mark, (mark) => ({ node: element("li", { text: mark }) }), () => {});
    },
  };
}

// One case with its controls and answers, until another is opened.
function explore(model, root, ids, opened) {
  const about = model.get("about");
  const notice = noticeLine();
  const speaker = announcer();
  const pins = { list: opened.pins ?? [] };
  let view = null;
  let waiting = null;

  const state = statePart({ onStop: () => wire.stop(), onAgain: () => send() });
  const answer = answerPart(state);
  const density = densityFigure(ids, {
    onChance: () => speaker.say(spoken()),
    onPin() {
      const label = view?.changes.length ? view.changes[0] : "The case";
      setPins([...pins.list, { label: label.slice(0, 60), edits: store.edits }]);
    },
    onUnpin: (place) => setPins(pins.list.filter((_, i) => i !== place)),
    onRename: (place, label) => setPins(pins.list.map((pin, i) => (i === place ? { ...pin, label } : pin))),
  });
  const store = editsStore((all) => {
    if (all) controls.show();
    controls.mark(view?.faults ?? {});
    send();
  });
  const controls = controlPanel(about.controls, { ids, store });
  const [timelines, verdicts, changes] = [timelineFigures(), verdictList(), changeList()];
  const drivers = driverBars({ onDriver: (name) => controls.go(name) });
  const sharing = sharingPanel({ ask: (message) => wire.ask({ ...message, ...store.edits }), tell: (words) => notice.tell(words) });
  const files = opener(root, {
    most: about.most_bytes,
    open: (name, content) => wire.ask({ type: "open", name }, [content]),
    tell: (words, wrong) => notice.tell(words, { wrong }),
  });

  const title = element("p", { class: "title", text: about.title });
  const question = element("h1", { text: about.question });
  const header = element("header", {}, element("div", {}, title, question), files.node);
  const top = element("section", { class: "answer", "aria-label": "Answer" }, answer.words, density.node);
  const under = element("section", { class: "below", "aria-label": "Caveats and curves" }, answer.marks, ...density.below);
  const left = element("section", { class: "controls", "aria-label": "Assumptions and claims" }, controls.node);
  const said = [card("What changed", ids, changes.node), card("Stated figures", ids, verdicts.node), card("Take it along", ids, sharing.node)];
  const seen = [card("What drives the range", ids, drivers.node), card("Over time", ids, timelines.node)];
  const below = element("div", { class: "findings" }, element("div", {}, ...said), element("div", {}, ...seen));
  const frame = element("div", { class: "frame" }, header, top, left, under, below, speaker.node, notice.node);
  root.append(frame);

  const wire = connect(model, {
    onSend() {
      clearTimeout(waiting);
      waiting = setTimeout(() => setAttribute(top, "aria-busy", "true"), SOON);
    },
    onView(latest, isLast, uses) {
      if (isLast && latest.status !== "fitting") settle();
      if (isLast && uses) controls.use(uses);
      draw(latest);
    },
    onOther(message, buffers) {
      if (message.type === "told") notice.tell(message.text, { wrong: message.wrong });
      sharing.receive(message, buffers);
    },
    onLost() {
      settle();
      notice.tell(about.lost, { wrong: true });
    },
    onBack: () => notice.tell("The server answers again."),
  });

  function settle() {
    clearTimeout(waiting);
    setAttribute(top, "aria-busy", null);
  }

  function send() {
    wire.push({ ...store.edits, pins: pins.list });
  }

  function setPins(list) {
    pins.list = list;
    send();
  }

  function spoken() {
    if (!view?.answer) return view?.message ?? "";
    const flips = view.verdicts.filter(({ changed }) => changed).map(({ title: who, stated, verdict, was }) => `${stated}, ${who}: ${verdict}, was ${was}.`);
    return [view.message, view.answer.sentence, density.chance?.words ?? "", ...flips].filter(Boolean).join(" ");
  }

  function draw(latest) {
    const started = performance.now();
    // The answer comes first: what follows from it stays as it was until it comes too.
    const isFirst = view !== null && !latest.whole && latest.timelines.length === 0;
    view = isFirst ? { ...latest, verdicts: view.verdicts, tornado: view.tornado, timelines: view.timelines } : latest;
    answer.update(view);
    if (view.answer) density.update(view);
    changes.update(view);
    verdicts.update(view.verdicts);
    drivers.update(view.tornado, controls.has);
    timelines.update(view.timelines);
    sharing.update(view);
    controls.mark(view.faults);
    setAttribute(top, "data-stale", !view.fresh);
    setAttribute(root, "data-serial", view.serial);
    setAttribute(root, "data-status", view.status);
    setAttribute(root, "data-whole", String(view.whole));
    speaker.say(spoken());
    performance.measure("shellcount-redraw", { start: started, end: performance.now() });
  }

  store.take(opened.edits ?? {});
  controls.show();
  if (opened.view) {
    controls.use(opened.uses ?? {});
    wire.startAt(opened.view.serial);
    draw(opened.view);
  } else send();
  const offer = ([first, ...others]) => {
    if (!first) return notice.tell("");
    const choices = [
      ["Take it up", () => wire.ask({ type: "resume", name: first.name })],
      ["Not now", () => offer(others)],
    ];
    notice.tell(first.text, { choices });
  };
  if (about.offers?.length) offer(about.offers);

  return () => {
    clearTimeout(waiting);
    for (const part of [wire, density, timelines, speaker, notice]) part.close();
    frame.remove();
  };
}

// A case that is not there yet, or cannot be explored.
function placeholder(root, message) {
  const node = element("p", { class: "waiting", role: "status", text: message });
  root.append(node);
  return () => node.remove();
}

function render({ model, el }) {
  const root = element("div", { class: "shellcount" });
  el.append(root);
  const unfollow = followTheme(root);
  const ids = identifiers();
  const open = () => {
    const about = model.get("about");
    return about.controls ? explore(model, root, ids, model.get("state")) : placeholder(root, about.message ?? "");
  };
  let close = open();
  const reopen = () => {
    close();
    root.replaceChildren();
    close = open();
  };
  model.on("change:about", reopen);
  return () => {
    model.off("change:about", reopen);
    unfollow();
    close();
    root.remove();
  };
}

export default { render };
