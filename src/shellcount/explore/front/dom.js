// Make and update nodes. Text is set as text alone, so that markup in it stays text.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (name === "text") node.textContent = value;
    else if (name === "on") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else setAttribute(node, name, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

export function element(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

export function drawn(tag, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

// Set an attribute where it changes: null and false take it away.
export function setAttribute(node, name, value) {
  if (value === null || value === undefined || value === false) {
    if (node.hasAttribute(name)) node.removeAttribute(name);
  } else if (node.getAttribute(name) !== String(value)) {
    node.setAttribute(name, value === true ? "" : value);
  }
}

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function show(node, shown) {
  if (node.hidden === shown) node.hidden = !shown;
}

// Show items as children of a node: those that are there already are updated, not made again.
export function syncList(parent, items, keyOf, make, update) {
  const known = (parent.itemsByKey ??= new Map());
  const wanted = new Set(items.map(keyOf));
  for (const [key, item] of known) {
    if (!wanted.has(key)) {
      item.node.remove();
      known.delete(key);
    }
  }
  let next = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    if (!known.has(key)) known.set(key, make(item));
    const one = known.get(key);
    update(one, item);
    if (one.node === next) next = next.nextElementSibling;
    else parent.insertBefore(one.node, next);
  }
}

let instances = 0;

// Identifiers of one explorer, apart from those of others on the page.
export function identifiers() {
  instances += 1;
  const prefix = `shellcount-${instances}`;
  let made = 0;
  return (name) => {
    made += 1;
    return `${prefix}-${name}-${made}`;
  };
}
