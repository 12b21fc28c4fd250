// Fields of the settings, one a kind: sliders with exact numbers, figures, choices, dates and texts.
//
// A field has nodes, shows a text that a change would write, and tells of another one by `say`.

import { element, setAttribute, setText, show } from "./dom.js";
import { isNumber, readable, sliding } from "./numbers.js";

const EXACT = { type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false", class: "exact" };

function slider(scale, name, act) {
  const node = element("input", { type: "range", min: "0", max: scale.steps, step: "1", "aria-label": name });
  node.addEventListener("input", () => act(Number(node.value)));
  return node;
}

function place(node, scale, text, words) {
  const position = String(scale.position(text));
  if (node.value !== position) node.value = position;
  setAttribute(node, "aria-valuetext", words);
}

function exact(visible, name, act) {
  const input = element("input", { ...EXACT, "aria-label": name });
  input.addEventListener("change", () => act(input.value.trim()));
  return { input, label: element("label", { class: "exactly" }, visible ? element("span", { text: visible }) : null, input) };
}

function put(input, text) {
  if (input.value !== text) input.value = text;
}

function ghosts(track, scale, text) {
  for (const end of text.split(":").filter(isNumber)) {
    const mark = element("span", { class: "before" });
    mark.style.setProperty("--at", scale.position(end) / scale.steps);
    track.append(mark);
  }
}

// A prior: two handles for its 5% and 95% quantiles, or one for a value taken as known.
function range(control, say) {
  const scale = control.step ? sliding(control) : null;
  let ends = [];
  const known = element("input", { type: "checkbox" });
  const names = ["5%", "95%"].map((quantile) => `${quantile} of ${control.title}${control.unit ? `, ${control.unit}` : ""}`);
  const moved = (which) => (position) => {
    const others = ends.length === 2 ? scale.position(ends[1 - which]) : null;
    const limit = which === 0 ? Math.min : Math.max;
    const kept = others === null ? position : limit(position, others + (which === 0 ? -1 : 1));
    tell(which, scale.text(Math.min(Math.max(kept, 0), scale.steps)));
  };
  const handles = scale ? names.map((name, which) => slider(scale, name, moved(which))) : [];
  const fields = names.map((name, which) => exact(which ? "95%" : "5%", name, (text) => tell(which, text)));
  const track = element("span", { class: "rail", "aria-hidden": "true" }, element("span", { class: "reach" }));
  const nodes = element("div", { class: "numbers" }, ...fields.map(({ label }) => label));
  if (control.other) nodes.append(element("label", { class: "known" }, known, element("span", { text: "known" })));
  setAttribute(known, "aria-label", `known: take ${control.title} as one value`);
  if (scale) ghosts(track, scale, control.now);

  function tell(which, text) {
    ends = ends.length === 1 ? [text] : ends.map((end, i) => (i === which ? text : end));
    said();
  }
  function said() {
    say(ends.join(":"));
    draw();
  }
  known.addEventListener("change", () => {
    ends = [control.now, control.other].find((form) => form.includes(":") !== known.checked).split(":");
    said();
  });
  function draw() {
    const alone = ends.length === 1;
    known.checked = alone;
    show(fields[1].label, !alone);
    setText(fields[0].label.firstChild, alone ? "value" : "5%");
    fields.forEach(({ input }, i) => put(input, ends[i] ?? ""));
    handles.forEach((handle, i) => {
      show(handle, i === 0 || !alone);
      if (ends[i] !== undefined) place(handle, scale, ends[i], readable(ends[i], control.unit));
    });
    for (const one of [handles[0], fields[0].input]) if (one) setAttribute(one, "aria-label", alone ? `${control.title}, taken as known` : names[0]);
    if (!scale) return;
    const at = ends.map((end) => scale.position(end) / scale.steps);
    track.style.setProperty("--low", alone ? 0 : at[0]);
    track.style.setProperty("--high", alone ? at[0] : at[1]);
  }
  const sliders = scale ? element("div", { class: "slider two" }, track, ...handles) : null;
  // The handle nearer to the middle of the track lies on top, so that both can be taken hold of.
  return {
    nodes: [sliders, nodes],
    inputs: [...handles, ...fields.map(({ input }) => input)],
    show(text) {
      ends = text.split(":");
      draw();
      if (handles.length) setAttribute(sliders, "data-top", scale.position(ends[0]) > scale.steps / 2 ? "low" : null);
    },
  };
}

// One number, or a figure that may also be a range or words: a slider where it is a number, and its text.
function figure(control, say) {
  const scale = control.step ? sliding(control) : null;
  const name = `${control.title}${control.unit ? `, ${control.unit}` : ""}`;
  const handle = scale ? slider(scale, name, (position) => tell(scale.text(position))) : null;
  const field = exact("", name, tell);
  const track = element("span", { class: "rail", "aria-hidden": "true" }, element("span", { class: "reach" }));
  if (scale) ghosts(track, scale, control.now);
  const sliders = scale ? element("div", { class: "slider" }, track, handle) : null;
  function tell(text) {
    say(text);
    draw(text);
  }
  function draw(text) {
    put(field.input, text);
    if (!scale) return;
    const number = isNumber(text);
    setAttribute(sliders, "data-words", !number);
    if (!number) return;
    place(handle, scale, text, readable(text, control.unit));
    track.style.setProperty("--low", 0);
    track.style.setProperty("--high", scale.position(text) / scale.steps);
  }
  if (control.kind !== "number") {
    field.input.removeAttribute("inputmode");
    setAttribute(field.label, "class", "exactly wide");
  }
  const numbers = element("div", { class: "numbers" }, field.label);
  return { nodes: [sliders, numbers], inputs: [handle, field.input].filter(Boolean), show: draw, suggest: field.input };
}

// A word of a case file as people read it.
export const worded = (word) => (word ? word.replaceAll("_", " ") : "not set");

function choice(control, say) {
  const select = element("select", { "aria-label": control.title });
  const words = control.words.includes(control.now) ? control.words : [control.now, ...control.words];
  for (const word of words) {
    const label = control.labels[control.words.indexOf(word)] ?? worded(word);
    select.append(element("option", { value: word, text: label }));
  }
  select.addEventListener("change", () => say(select.value));
  return {
    nodes: [select],
    inputs: [select],
    show(text) {
      if (select.value !== text) select.value = text;
    },
  };
}

// A switch of few words: all of them in sight.
function chips(control, say, ids) {
  const group = element("div", { class: "chips", role: "radiogroup", "aria-label": control.title });
  const name = ids("chips");
  const radios = control.words.map((word, i) => {
    const radio = element("input", { type: "radio", name, value: word });
    radio.addEventListener("change", () => say(word));
    group.append(element("label", {}, radio, element("span", { text: control.labels[i] ?? worded(word) })));
    return radio;
  });
  return {
    nodes: [group],
    inputs: radios,
    show(text) {
      for (const radio of radios) radio.checked = radio.value === text;
    },
  };
}

// A day; or the first and last day of a date that is open, or of the period of the answer.
function date(control, say) {
  const period = control.field === "day";
  const which = period ? "day" : "possible day";
  const [first, last] = ["first", "last"].map((end) => element("input", { type: "date", "aria-label": `${end} ${which} of ${control.title}` }));
  const meaning = period ? "period: from a first to a last day" : `open: ${control.title} lies between two days`;
  const open = element("input", { type: "checkbox", "aria-label": meaning });
  const choice = element("label", { class: "known" }, open, element("span", { text: period ? "period" : "open" }));
  show(choice, period || control.name.endsWith(".as_of"));
  const dash = element("span", { text: "to" });
  const told = () => {
    if (first.value && (!open.checked || last.value)) say(open.checked ? `${first.value}..${last.value}` : first.value);
  };
  for (const input of [first, last]) input.addEventListener("change", told);
  open.addEventListener("change", () => {
    if (open.checked && !last.value) last.value = first.value;
    draw();
    told();
  });
  function draw() {
    for (const node of [last, dash]) show(node, open.checked);
    setAttribute(first, "aria-label", open.checked ? `first ${which} of ${control.title}` : control.title);
  }
  return {
    nodes: [element("div", { class: "numbers dates" }, first, dash, last, choice)],
    inputs: [first, last],
    show(text) {
      const [from, until] = text.split("..");
      if (first.value !== from) first.value = from;
      open.checked = until !== undefined;
      if (until !== undefined && last.value !== until) last.value = until;
      draw();
    },
  };
}

// Whether all the words of a choice can be in sight.
function isSwitch({ field, words, labels, now }) {
  const shown = words.map((word, i) => labels[i] ?? worded(word));
  return field === "uses" || (words.includes(now) && words.length <= 5 && shown.join("").length <= 20);
}

export function fieldOf(control, say, ids) {
  if (control.kind === "range") return range(control, say);
  if (control.kind === "choice") return isSwitch(control) ? chips(control, say, ids) : choice(control, say);
  if (control.kind === "date") return date(control, say);
  return figure(control, say);
}
