// Follow the theme of the page: light or dark, as its host says, or else as the system prefers.

const HOSTS = ["class", "data-theme", "data-mode", "data-jp-theme-light", "data-vscode-theme-kind"];

function said(node) {
  if (!node) return null;
  const mode = node.dataset.theme ?? node.dataset.mode ?? "";
  if (node.dataset.jpThemeLight) return node.dataset.jpThemeLight === "false" ? "dark" : "light";
  for (const word of ["dark", "light"]) {
    if (mode === word || node.classList.contains(word) || node.classList.contains(`vscode-${word}`)) return word;
  }
  return null;
}

export function followTheme(root) {
  const preference = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    const theme = said(document.body) ?? said(document.documentElement);
    root.dataset.theme = theme ?? (preference.matches ? "dark" : "light");
  };
  const observer = new MutationObserver(follow);
  for (const node of [document.documentElement, document.body]) {
    observer.observe(node, { attributes: true, attributeFilter: HOSTS });
  }
  preference.addEventListener("change", follow);
  follow();
  return () => {
    observer.disconnect();
    preference.removeEventListener("change", follow);
  };
}
