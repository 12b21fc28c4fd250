// The controls: fields by section, drivers first, the rest folded; a filter; faults beside their field.

import { element, setAttribute, setText, show } from "./dom.js";
import { fieldOf, worded } from "./fields.js";
import { readable } from "./numbers.js";

const labelOf = ({ labels, words, unit }, text) => labels[words.indexOf(text)] ?? (words.includes(text) ? worded(text) : readable(text, unit));

function row(control, { ids, say, compact }) {
  const title = element("span", { class: "title", text: control.title });
  const reset = element("button", { type: "button", class: "reset", text: "Reset", "aria-label": `Reset ${control.title}` });
  const before = element("span", { class: "case", text: `case: ${labelOf(control, control.now)}` });
  const fault = element("p", { class: "fault", id: ids("fault"), hidden: true });
  const field = fieldOf(control, (text) => say(control, text), ids);
  const kind = control.field === "uses" ? "choice switch" : control.kind;
  const head = element("div", { class: "head" }, title, control.unit ? element("span", { class: "unit", text: control.unit }) : null);
  const role = control.kind === "range" ? { role: "group", "aria-label": control.title } : {};
  const node = element("div", { class: `control ${kind}`, ...role });
  const foot = element("div", { class: "foot" }, before, reset);
  node.append(head, ...field.nodes.filter(Boolean), fault, foot);
  if (control.note && !compact) foot.prepend(note(control.note));
  if (field.suggest && control.words.length) suggest(field.suggest, control, ids, node);
  reset.addEventListener("click", () => {
    say(control, control.now);
    field.show(control.now);
    field.inputs[0].focus();
  });
  return {
    control,
    node,
    show(text) {
      field.show(text);
    },
    mark(text, message) {
      const changed = text !== control.now;
      setAttribute(node, "data-changed", changed);
      setAttribute(reset, "data-off", !changed);
      reset.disabled = !changed;
      setText(fault, message ?? "");
      show(fault, Boolean(message));
      for (const input of field.inputs) {
        setAttribute(input, "aria-invalid", message ? "true" : null);
        setAttribute(input, "aria-describedby", message ? fault.id : null);
      }
    },
    focus() {
      field.inputs[0].focus({ preventScroll: true });
    },
    words: `${control.title} ${control.name} ${control.entry} ${control.section}`.toLowerCase(),
  };
}

function suggest(input, control, ids, node) {
  const list = element("datalist", { id: ids("words") });
  for (const word of control.words) list.append(element("option", { value: word }));
  node.append(list);
  input.setAttribute("list", list.id);
}

function note(text) {
  return element("details", { class: "note" }, element("summary", { text: "Why" }), element("p", { text }));
}

function fold(title, nodes, open) {
  const count = element("span", { class: "count" });
  const node = element("details", { class: "section" }, element("summary", {}, element("span", { text: title }), count), ...nodes);
  node.open = open;
  return { node, count };
}

// What belongs to one claim or claimant: its switch in sight, and below it in words what else can be moved.
function entry(title, rows) {
  const switches = rows.filter(({ control }) => control.field === "uses");
  const others = rows.filter(({ control }) => control.field !== "uses");
  const now = element("span");
  const [who, ...what] = title.split(": ");
  const legend = element("legend", {}, element("b", { text: who }));
  if (what.length) legend.append(" ", element("span", { text: what.join(": ") }));
  const node = element("fieldset", { class: "entry" }, legend, ...switches.map((one) => one.node));
  if (others.length) {
    const notes = rows.map(({ control }) => control.note).filter(Boolean);
    const said = notes.map((text) => element("p", { class: "said", text }));
    node.append(element("details", { class: "more" }, element("summary", {}, now), ...others.map((one) => one.node), ...said));
  }
  const told = others.filter(({ control }) => !control.folded);
  return { node, tell: (textOf) => setText(now, (told.length ? told : others).map(textOf).join(" \u00b7 ")) };
}

function grouped(rows, keyOf) {
  const groups = new Map();
  for (const one of rows) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}

// Sections in their order: what is folded in one that is open stands at its end.
function sections(rows) {
  return [...grouped(rows, ({ control }) => control.section)].map(([title, inside]) => {
    const folded = inside.every(({ control }) => control.folded);
    const [shown, further, entries] = [[], [], []];
    for (const [name, members] of grouped(inside, ({ control }) => control.entry || control.name)) {
      const own = members[0].control.entry ? entry(name, members) : members[0];
      if (own.tell) entries.push(own);
      (!folded && members.every(({ control }) => control.folded) ? further : shown).push(own.node);
    }
    if (further.length) shown.push(element("details", { class: "further" }, element("summary", { text: `${further.length} more` }), ...further));
    return { rows: inside, entries, folded, ...fold(title, shown, !folded) };
  });
}

export function controlPanel(controls, { ids, store }) {
  const say = (control, text) => store.change(control, text);
  const rows = controls.map((control) => row(control, { ids, say, compact: control.entry !== "" }));
  const parts = sections(rows);
  const filter = element("input", { type: "search", placeholder: "load, hedge, Kyiv …", autocomplete: "off", spellcheck: "false" });
  const found = element("output", { class: "found" });
  const search = element("label", { class: "filter" }, element("span", { text: "Find a setting" }), filter, found);
  const all = element("button", { type: "button", class: "reset-all", text: "Reset all" });
  const node = element("div", { class: "panel" }, element("div", { class: "tools" }, search, all), ...parts.map((part) => part.node));
  all.addEventListener("click", () => {
    store.reset();
    filter.focus();
  });

  function narrow() {
    const words = filter.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const part of parts) {
      let inside = 0;
      for (const one of part.rows) {
        const matches = words.every((word) => one.words.includes(word));
        show(one.node, matches);
        inside += matches;
      }
      for (const group of part.node.querySelectorAll(".entry")) show(group, group.querySelector(".control:not([hidden])") !== null);
      for (const more of part.node.querySelectorAll(".more, .further")) more.open = words.length > 0;
      show(part.node, inside > 0);
      part.node.open = words.length > 0 || !part.folded;
      count += inside;
    }
    setText(found, words.length ? `${count} of ${rows.length}` : "");
  }
  filter.addEventListener("input", narrow);

  const byName = new Map(rows.map((one) => [one.control.name, one]));
  return {
    node,
    has: (name) => byName.has(name),
    // Bring a setting into sight, and the keyboard to it.
    go(name) {
      const one = byName.get(name);
      if (!one) return;
      filter.value = "";
      narrow();
      for (let outer = one.node.parentElement; outer && outer !== node; outer = outer.parentElement) {
        if (outer.tagName === "DETAILS") outer.open = true;
      }
      one.node.scrollIntoView({ block: "nearest" });
      one.focus();
    },
    // Show edits in all fields: after a reset, or a case that was taken up again.
    show() {
      for (const one of rows) one.show(store.valueOf(one.control));
    },
    // Show what claims and claimants are used for, where a switch of another or the question decides it.
    use(uses) {
      for (const one of rows) {
        const { field, name } = one.control;
        if (field === "uses" && store.edits.uses[name] === undefined && uses[name]) one.show(uses[name]);
      }
    },
    mark(faults) {
      for (const one of rows) one.mark(store.valueOf(one.control), faults[one.control.name]);
      for (const part of parts) {
        for (const { tell } of part.entries) tell(({ control }) => labelOf(control, store.valueOf(control)));
        const changed = part.rows.filter(({ control }) => store.valueOf(control) !== control.now).length;
        setText(part.count, changed ? `${changed} changed` : "");
      }
      all.disabled = !store.isChanged;
    },
  };
}
