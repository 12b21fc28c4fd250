// The answer as a figure: its density with 50% and 90% tints, the case as a ghost, pins, and X to drag.

import { drawn, element, setAttribute, setText, show, syncList } from "./dom.js";
import { areaPath, heightAt, linear, linePath } from "./plot.js";

const MARGIN = { top: 38, right: 12, bottom: 26, left: 12 };
const LETTERS = ["A", "B", "C"];
const THUMB = 28; // pixels: width of the handle of X, as in the style sheet

// The curve of the case, where it is another one and can be drawn.
function ghostOf({ case: before }) {
  return before === null || before.points.length === 0 ? null : before;
}

export function densityFigure(ids, { onChance, onPin, onUnpin, onRename }) {
  const parts = {
    outer: drawn("path", { class: "outer" }),
    inner: drawn("path", { class: "inner" }),
    ghost: drawn("path", { class: "ghost" }),
    ghostMedian: drawn("line", { class: "ghost" }),
    line: drawn("path", { class: "now" }),
    median: drawn("line", { class: "median" }),
    base: drawn("line", { class: "axis" }),
    beyond: drawn("line", { class: "beyond" }),
    cross: drawn("line", { class: "cross" }),
  };
  const pins = drawn("g");
  const ticks = drawn("g", { class: "ticks" });
  const { outer, inner, ghost, ghostMedian, line, median, base, beyond, cross } = parts;
  const svg = drawn("svg", { role: "img" }, outer, inner, base, ticks, ghost, ghostMedian, pins, line, median, beyond, cross);
  const handle = element("input", { type: "range", min: "0", step: "1", class: "handle", "aria-label": "X, of: at least X" });
  const [now, was] = [element("span"), element("span", { class: "was-chance" })];
  const chance = element("output", { class: "chance" }, now, was);
  const label = element("figcaption");
  const legend = element("ul", { class: "legend" });
  const plot = element("div", { class: "plot" }, svg, chance, handle);
  const pin = element("button", { type: "button", class: "pin-this", text: "Pin this answer", on: { click: onPin } });
  const node = element("figure", { class: "density" }, label, plot);
  handle.setAttribute("aria-describedby", (chance.id = ids("chance")));

  let view = null;
  let chosen = null; // the amount that was chosen last
  let size = { width: 0, height: 0 };

  handle.addEventListener("input", () => {
    chosen = view.exceeding.chances[Number(handle.value)].at;
    drawCross();
    onChance(view.exceeding.chances[Number(handle.value)]);
  });
  const watch = new ResizeObserver(([entry]) => {
    const { width, height } = entry.contentRect;
    if (width === size.width && height === size.height) return;
    size = { width, height };
    if (view) place();
  });
  watch.observe(plot);

  function scales() {
    const { low, high } = view.density.axis;
    const { width, height } = size;
    return {
      x: linear(low, high, MARGIN.left, width - MARGIN.right),
      y: linear(0, 1.04, height - MARGIN.bottom, MARGIN.top),
    };
  }

  function place() {
    if (size.width && view.exceeding) placeHandle();
    draw();
  }

  function upright(mark, at, top, bottom) {
    setAttribute(mark, "x1", at.toFixed(1));
    setAttribute(mark, "x2", at.toFixed(1));
    setAttribute(mark, "y1", top.toFixed(1));
    setAttribute(mark, "y2", bottom.toFixed(1));
  }

  function draw() {
    if (!size.width || !view.density) return;
    const { x, y } = scales();
    const { now, axis } = view.density;
    const before = ghostOf(view.density);
    const [p05, p25, , p75, p95] = view.answer.quantiles;
    setAttribute(svg, "viewBox", `0 0 ${size.width} ${size.height}`);
    setAttribute(outer, "d", areaPath(now.points, p05, p95, x, y));
    setAttribute(inner, "d", areaPath(now.points, p25, p75, x, y));
    setAttribute(line, "d", linePath(now.points, x, y));
    upright(median, x(now.median), y(heightAt(now.points, now.median) || 1), y(0));
    const shown = before !== null;
    setAttribute(ghost, "d", shown ? linePath(before.points, x, y) : null);
    if (shown) upright(ghostMedian, x(before.median), y(heightAt(before.points, before.median)), y(0));
    setAttribute(ghostMedian, "visibility", shown ? null : "hidden");
    drawPins(x, y);
    upright(base, MARGIN.left, y(0), y(0));
    setAttribute(base, "x2", size.width - MARGIN.right);
    drawTicks(axis, x, y);
    drawCross();
  }

  function drawPins(x, y) {
    const curves = view.density.pins.map((curve, place) => ({ ...curve, place }));
    const make = ({ place }) => {
      const curve = drawn("path");
      const letter = drawn("text", { class: "letter", "text-anchor": "middle", text: LETTERS[place] });
      return { node: drawn("g", { class: `pin pin-${LETTERS[place]}` }, curve, letter), curve, letter };
    };
    syncList(pins, curves, ({ place }) => place, make, (one, { points, median: middle }) => {
      setAttribute(one.curve, "d", linePath(points, x, y));
      setAttribute(one.letter, "x", x(middle).toFixed(1));
      setAttribute(one.letter, "y", (y(heightAt(points, middle)) - 5).toFixed(1));
    });
  }

  function drawTicks(axis, x, y) {
    const make = () => {
      const mark = drawn("line");
      const text = drawn("text", { "text-anchor": "middle" });
      return { node: drawn("g", {}, mark, text), mark, text };
    };
    syncList(ticks, axis.ticks, ({ text }) => text, make, (one, { at, text }) => {
      upright(one.mark, x(at), y(0), y(0) + 4);
      setText(one.text, text);
      setAttribute(one.text, "x", Math.min(Math.max(x(at), 14), size.width - 14).toFixed(1));
      setAttribute(one.text, "y", y(0) + 18);
    });
  }

  function drawCross() {
    if (!size.width || !view.exceeding) return;
    const { x, y } = scales();
    const one = view.exceeding.chances[Number(handle.value)];
    const place = x(one.at);
    upright(cross, place, MARGIN.top - 16, y(0));
    upright(beyond, place, y(0), y(0));
    setAttribute(beyond, "x2", size.width - MARGIN.right);
    setText(now, one.text);
    setText(was, one.was ? ` case: ${one.was}` : "");
    setAttribute(handle, "aria-valuetext", one.was ? `${one.words}; in the case ${one.was}` : one.words);
    chance.style.transform = `translateX(clamp(0px, ${place.toFixed(1)}px - 50%, ${size.width}px - 100%))`;
  }

  function placeHandle() {
    const { chances, place } = view.exceeding;
    const { x } = scales();
    let nearest = place;
    if (chosen !== null) {
      const away = chances.map(({ at }) => Math.abs(at - chosen));
      nearest = away.indexOf(Math.min(...away));
    }
    setAttribute(handle, "max", chances.length - 1);
    if (handle.value !== String(nearest)) handle.value = String(nearest);
    const [from, to] = [x(chances[0].at), x(chances.at(-1).at)];
    handle.style.left = `${(from - THUMB / 2).toFixed(1)}px`;
    handle.style.width = `${(to - from + THUMB).toFixed(1)}px`;
  }

  function pinned({ key, place }) {
    const name = element("input", { type: "text", class: "name", maxlength: "60", "aria-label": `Name of pin ${key}`, spellcheck: "false" });
    const away = element("button", { type: "button", class: "away", "aria-label": `Remove pin ${key}`, text: "\u00d7" });
    name.addEventListener("change", () => onRename(place, name.value.trim() || `Pin ${key}`));
    away.addEventListener("click", () => onUnpin(place));
    return { name, nodes: [element("b", { text: key, "aria-hidden": "true" }), name, away] };
  }

  function drawLegend() {
    const { now, pins: curves } = view.density;
    const before = ghostOf(view.density);
    const rows = [{ key: "now", ...now }];
    if (before) rows.push({ key: "case", ...before });
    curves.forEach((curve, place) => rows.push({ key: LETTERS[place], place, ...curve }));
    const make = (row) => {
      const text = element("span", { class: "text" });
      const name = element("b");
      const parts = row.place === undefined ? { name, nodes: [name] } : pinned(row);
      const node = element("li", { class: `key key-${row.key}` }, ...parts.nodes, " ", text);
      return { node, name: parts.name, text };
    };
    syncList(legend, rows, ({ key }) => key, make, (one, { label: name, text, place }) => {
      if (place === undefined) setText(one.name, name);
      else if (one.name.value !== name) one.name.value = name;
      setText(one.text, text);
    });
    pin.disabled = curves.length >= LETTERS.length;
  }

  return {
    node,
    below: [legend, pin],
    // The probability that stands beside X.
    get chance() {
      return view?.exceeding ? view.exceeding.chances[Number(handle.value)] : null;
    },
    update(latest) {
      view = latest;
      show(node, view.density !== null);
      if (!view.density) return;
      show(handle, view.exceeding !== null);
      show(chance, view.exceeding !== null);
      setText(label, view.density.axis.label);
      setAttribute(svg, "aria-label", `${view.answer.described}: ${view.density.now.text}`);
      drawLegend();
      if (!size.width) size = { width: plot.clientWidth, height: plot.clientHeight };
      place();
    },
    close: () => watch.disconnect(),
  };
}
