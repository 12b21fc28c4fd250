// Totals over time: median and tints, and the figures stated for them.

import { drawn, element, setAttribute, setText, show, syncList } from "./dom.js";
import { bandPath, linear, linePath } from "./plot.js";

const MARGIN = { top: 12, right: 14, bottom: 34, left: 52 };
const ARROW = 15; // pixels from a mark to the tip of its arrow
const DIAMOND = "M0 -5.5L5.5 0L0 5.5L-5.5 0Z";
const SQUARE = "M-4.5 -4.5H4.5V4.5H-4.5Z";

function mark(stated) {
  const parts = {
    days: drawn("path", { class: "span" }),
    ends: drawn("path", { class: "span" }),
    lean: drawn("path", { class: "lean" }),
    shape: drawn("path", { class: "shape", d: stated.kind === "yardstick" ? SQUARE : DIAMOND }),
  };
  const number = drawn("text", { class: "number", "text-anchor": "end" });
  return { ...parts, number, node: drawn("g", {}, parts.days, parts.ends, parts.lean, parts.shape, number) };
}

function timelineFigure() {
  const parts = {
    ahead: drawn("rect", { class: "ahead" }),
    outer: drawn("path", { class: "outer" }),
    inner: drawn("path", { class: "inner" }),
    was: drawn("path", { class: "ghost" }),
    median: drawn("path", { class: "now" }),
    base: drawn("path", { class: "axis" }),
  };
  const ticks = drawn("g", { class: "ticks" });
  const marks = drawn("g", { class: "marks" });
  const svg = drawn("svg", { role: "img" });
  svg.append(parts.ahead, parts.outer, parts.inner, ticks, parts.base, parts.was, parts.median, marks);
  const [title, text] = [element("figcaption"), element("p", { class: "finding" })];
  const plot = element("div", { class: "plot" }, svg);
  const key = element("ol", { class: "marks-key" });
  const node = element("figure", { class: "timeline" }, title, plot, text, key);

  let timeline = null;
  let size = { width: 0, height: 0 };
  const watch = new ResizeObserver(([entry]) => {
    const { width, height } = entry.contentRect;
    if (width === size.width && height === size.height) return;
    size = { width, height };
    if (timeline) draw();
  });
  watch.observe(plot);

  function draw() {
    if (!size.width) return;
    const { days, amounts, bands, evidence } = timeline;
    const bottom = size.height - MARGIN.bottom;
    const x = linear(days.low, days.high, MARGIN.left, size.width - MARGIN.right);
    const y = linear(amounts.low, amounts.high, bottom, MARGIN.top);
    const places = bands.map(({ at }) => at);
    const quantile = (which) => bands.map(({ quantiles }) => quantiles[which]);
    setAttribute(svg, "viewBox", `0 0 ${size.width} ${size.height}`);
    setAttribute(parts.outer, "d", bandPath(places, quantile(0), quantile(4), x, y));
    setAttribute(parts.inner, "d", bandPath(places, quantile(1), quantile(3), x, y));
    setAttribute(parts.median, "d", linePath(bands.map(({ at, quantiles }) => [at, quantiles[2]]), x, y));
    setAttribute(parts.was, "d", linePath(bands.filter(({ was }) => was !== null).map(({ at, was }) => [at, was]), x, y));
    setAttribute(parts.base, "d", `M${MARGIN.left} ${bottom}H${size.width - MARGIN.right}`);
    const from = x(Math.min(evidence, days.high));
    setAttribute(parts.ahead, "x", from.toFixed(1));
    setAttribute(parts.ahead, "y", MARGIN.top);
    setAttribute(parts.ahead, "width", Math.max(0, size.width - MARGIN.right - from).toFixed(1));
    setAttribute(parts.ahead, "height", bottom - MARGIN.top);
    drawTicks(x, y, bottom);
    drawMarks(x, y);
  }

  function drawTicks(x, y, bottom) {
    const across = timeline.days.ticks.map((tick) => ({ ...tick, across: true }));
    const up = timeline.amounts.ticks.map((tick) => ({ ...tick, across: false }));
    const make = ({ across: along }) => {
      const line = drawn("line", { class: along ? "" : "grid" });
      const lines = [drawn("tspan"), drawn("tspan", { dy: "1.15em" })];
      const words = drawn("text", { "text-anchor": along ? "middle" : "end" }, ...lines);
      return { node: drawn("g", {}, line, words), line, words, lines };
    };
    syncList(ticks, [...up, ...across], (tick) => `${tick.across}${tick.text}`, make, (one, tick) => {
      const texts = tick.text.split("\n");
      const [u, v] = tick.across ? [x(tick.at), bottom] : [MARGIN.left, y(tick.at)];
      one.lines.forEach((line, i) => setText(line, texts[i] ?? ""));
      const ends = tick.across ? [u, u, v, v + 4] : [u, size.width - MARGIN.right, v, v];
      ["x1", "x2", "y1", "y2"].forEach((name, i) => setAttribute(one.line, name, ends[i].toFixed(1)));
      for (const line of one.lines) setAttribute(line, "x", (tick.across ? u : u - 6).toFixed(1));
      setAttribute(one.words, "y", (tick.across ? v + 16 : v + 4).toFixed(1));
    });
  }

  function drawKey() {
    const make = () => {
      const [number, label] = [element("b", { "aria-hidden": "true" }), element("span")];
      return { node: element("li", {}, number, label), number, label };
    };
    const rows = timeline.stated.map((stated, i) => ({ ...stated, number: String(i + 1) }));
    syncList(key, rows, ({ claim }) => claim, make, (one, { number, label, kind }) => {
      setText(one.number, number);
      setText(one.label, kind === "yardstick" ? label : `${label}, ${kind}`);
      setAttribute(one.node, "class", kind);
    });
  }

  function drawMarks(x, y) {
    const numbered = timeline.stated.map((stated, i) => ({ ...stated, number: String(i + 1) }));
    syncList(marks, numbered, ({ claim, kind }) => `${claim} ${kind === "yardstick"}`, mark, (one, stated) => {
      const [u, v] = [x(stated.at), y(stated.value)];
      const [first, last] = stated.days.map(x);
      const [low, high] = stated.ends.map(y);
      setAttribute(one.node, "class", `stated ${stated.kind}`);
      setAttribute(one.days, "d", last > first ? `M${first.toFixed(1)} ${(v - 4).toFixed(1)}v8m0 -4H${last.toFixed(1)}m0 -4v8` : "");
      setAttribute(one.ends, "d", low !== high ? `M${(u - 4).toFixed(1)} ${low.toFixed(1)}h8m-4 0V${high.toFixed(1)}m-4 0h8` : "");
      const tip = v - ARROW * stated.lean;
      const barb = tip + 5 * stated.lean;
      setAttribute(one.lean, "d", stated.lean ? `M${u.toFixed(1)} ${v.toFixed(1)}V${tip.toFixed(1)}M${(u - 3).toFixed(1)} ${barb.toFixed(1)}L${u.toFixed(1)} ${tip.toFixed(1)}L${(u + 3).toFixed(1)} ${barb.toFixed(1)}` : "");
      setAttribute(one.shape, "transform", `translate(${u.toFixed(1)} ${v.toFixed(1)})`);
      setText(one.number, stated.number);
      setAttribute(one.number, "x", (u - 8).toFixed(1));
      setAttribute(one.number, "y", (v + (last > first ? -6 : 4)).toFixed(1));
    });
  }

  return {
    node,
    update(latest) {
      timeline = latest;
      show(node, Boolean(timeline));
      if (!timeline) return;
      setText(title, timeline.title);
      drawKey();
      setText(text, timeline.text);
      setAttribute(svg, "aria-label", `${timeline.title}. ${timeline.text}`);
      if (!size.width) size = { width: plot.clientWidth, height: plot.clientHeight };
      draw();
    },
    close: () => watch.disconnect(),
  };
}

// Figures over time: the first in sight, the others folded.
export function timelineFigures() {
  const figures = [];
  const summary = element("summary");
  const others = element("details", { class: "further" }, summary);
  const node = element("div", {}, others);
  return {
    node,
    update(timelines) {
      while (figures.length < timelines.length) {
        const figure = timelineFigure();
        if (figures.length) others.append(figure.node);
        else others.before(figure.node);
        figures.push(figure);
      }
      show(others, timelines.length > 1);
      setText(summary, timelines.slice(1).map(({ title }) => title).join(" \u00b7 "));
      figures.forEach((figure, i) => figure.update(timelines[i] ?? null));
    },
    close: () => figures.forEach((figure) => figure.close()),
  };
}
