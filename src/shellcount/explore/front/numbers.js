// Map the values of sliders to steps, and write them as a change writes them.

// Steps of a slider, and the value at each as text.
export function sliding({ low, high, step, scale, digits }) {
  const log = scale === "log";
  const place = log ? (value) => Math.log10(value / low) / step : (value) => (value - low) / step;
  const steps = Math.max(1, Math.floor(place(high) + 1e-6));
  return {
    steps,
    position: (text) => Math.min(Math.max(Math.round(place(Number(text))), 0), steps),
    text(position) {
      const value = log ? low * 10 ** (position * step) : low + position * step;
      return String(Number(log ? value.toPrecision(Math.max(digits, 1)) : value.toFixed(digits)));
    },
  };
}

const grouped = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 6 });
const NUMBER = /^[+-]?[0-9.]+(e[+-]?[0-9]+)?$/i;

// A change as people read it: 0.4:0.92 is 0.4 to 0.92, and 3000000 is 3,000,000.
export function readable(text, unit = "") {
  if (!text) return "not set";
  const ends = text.split(/:|\.\./);
  const apart = text.includes("..") || ends.every((end) => NUMBER.test(end));
  const words = (ends.length === 2 && apart ? ends : [text]).map((end) => (NUMBER.test(end) ? grouped.format(Number(end)) : end));
  return `${words.join(" to ")}${unit && NUMBER.test(ends[0]) ? ` ${unit}` : ""}`;
}

export const isNumber = (text) => NUMBER.test(text.trim());
