// Take the edits along: the command and the file of changes to copy, and files to save.

import { element, setText, show } from "./dom.js";

const FILES = [
  ["case.toml", "Edited case (TOML)"],
  ["numbers.json", "Numbers (JSON)"],
  ["brief.pdf", "Brief (PDF)"],
  ["timeline.png", "Figure (PNG)"],
];

function select(node) {
  const range = document.createRange();
  range.selectNodeContents(node);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}

export function sharingPanel({ ask, tell }) {
  const command = element("code");
  const shown = element("pre", { tabindex: "0", role: "region", "aria-label": "Command that repeats this answer" }, command);
  const text = element("pre", { class: "copied", tabindex: "0", role: "region", "aria-label": "Text to copy", hidden: true });
  const copyCommand = element("button", { type: "button", text: "Copy command" });
  const copyChanges = element("button", { type: "button", text: "Copy as TOML" });
  const waiting = new Map(); // what to do with an answer, by its number
  let asked = 0;

  async function copy(words, what, source) {
    try {
      await navigator.clipboard.writeText(words);
      tell(`${what} copied.`);
    } catch {
      select(source);
      tell("This page may not write to the clipboard. What to copy is selected: copy it with the keyboard.");
    }
  }

  function request(kind, act) {
    asked += 1;
    waiting.set(asked, act);
    ask({ type: "export", ask: asked, kind });
  }

  function save({ name }, [buffer]) {
    const address = URL.createObjectURL(new Blob([buffer]));
    const link = element("a", { href: address, download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
    tell(`${name} saved.`);
  }

  copyCommand.addEventListener("click", () => copy(command.textContent, "Command", command));
  copyChanges.addEventListener("click", () =>
    request("case.toml", (_, [buffer]) => {
      setText(text, new TextDecoder().decode(buffer));
      show(text, true);
      copy(text.textContent, "Edited case", text);
    }),
  );
  const buttons = FILES.map(([kind, title]) => {
    const button = element("button", { type: "button", text: title });
    button.addEventListener("click", () => request(kind, save));
    return button;
  });
  return {
    node: element(
      "div",
      { class: "sharing" },
      shown,
      element("div", { class: "buttons" }, copyCommand, copyChanges),
      text,
      element("p", { class: "saving", text: "Save" }),
      element("div", { class: "buttons" }, ...buttons),
    ),
    update: (view) => setText(command, view.command),
    receive(message, buffers) {
      const act = waiting.get(message.ask);
      waiting.delete(message.ask);
      if (act && message.type === "file") act(message, buffers ?? []);
    },
  };
}

// Open a case or a ledger: chosen with a button, or dropped anywhere on the explorer.
export function opener(root, { most, open, tell }) {
  const input = element("input", { type: "file", accept: ".toml,.csv,.xlsx", hidden: true, tabindex: "-1", "aria-hidden": "true" });
  const button = element("button", { type: "button", class: "open", text: "Open a case or ledger \u2026", on: { click: () => input.click() } });
  const veil = element("div", { class: "veil", hidden: true, "aria-hidden": "true", text: "Drop a case (.toml) or a ledger (.csv, .xlsx)" });
  root.append(veil);

  async function take(file) {
    if (file.size > most) {
      tell(`${file.name} is larger than ${Math.round(most / 1e6)} MB: name it on the command line instead.`, true);
      return;
    }
    tell(`Reading ${file.name} \u2026`);
    open(file.name, await file.arrayBuffer());
  }
  input.addEventListener("change", () => {
    for (const file of input.files) take(file);
    input.value = "";
  });

  let depth = 0; // of nodes that the file is dragged over
  const held = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const over = (step) => (event) => {
    if (!held(event)) return;
    event.preventDefault();
    depth = Math.max(0, depth + step);
    show(veil, depth > 0);
  };
  root.addEventListener("dragenter", over(1));
  root.addEventListener("dragleave", over(-1));
  root.addEventListener("dragover", over(0));
  root.addEventListener("drop", (event) => {
    if (!held(event)) return;
    event.preventDefault();
    depth = 0;
    show(veil, false);
    const [file] = event.dataTransfer.files;
    if (file) take(file);
  });
  return { node: element("span", {}, input, button) };
}
