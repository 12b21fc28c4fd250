// Say what changes: for all in a line at the bottom, and for those who listen once it has come to rest.

import { element, setAttribute, setText, show } from "./dom.js";

const REST = 900; // milliseconds without a change until it is spoken

export function announcer() {
  const spoken = element("p", { class: "spoken", role: "status", "aria-live": "polite" });
  let timer = null;
  let last = "";
  return {
    node: spoken,
    say(words) {
      clearTimeout(timer);
      if (words === last) return;
      timer = setTimeout(() => {
        last = words;
        setText(spoken, words);
      }, REST);
    },
    close: () => clearTimeout(timer),
  };
}

// A line over the lower edge, which moves nothing: what was done, what is wrong, or what was kept.
export function noticeLine() {
  const words = element("p");
  const actions = element("span", { class: "buttons" });
  const away = element("button", { type: "button", class: "away", "aria-label": "Close this message", text: "\u00d7" });
  const node = element("div", { class: "notice", role: "status", hidden: true }, words, actions, away);
  let timer = null;
  away.addEventListener("click", () => tell(""));
  function tell(text, { wrong = false, stays = wrong, choices = [] } = {}) {
    clearTimeout(timer);
    setText(words, text);
    setAttribute(node, "data-wrong", wrong);
    setAttribute(words, "tabindex", text.includes("\n") ? "0" : null); // which may have to be scrolled
    actions.replaceChildren(...choices.map(([name, act]) => element("button", { type: "button", text: name, on: { click: act } })));
    show(node, text !== "");
    if (text && !stays && choices.length === 0) timer = setTimeout(() => show(node, false), 8000);
  }
  return { node, tell, close: () => clearTimeout(timer) };
}
