// Turn numbers into the paths of a drawing.

export function linear(low, high, from, to) {
  const slope = (to - from) / (high - low || 1);
  return (value) => from + (value - low) * slope;
}

const at = (x, y) => `${x.toFixed(1)} ${y.toFixed(1)}`;

export function linePath(points, x, y) {
  return points.length ? `M${points.map(([u, v]) => at(x(u), y(v))).join("L")}` : "";
}

// The ground between two curves over the same places.
export function bandPath(places, low, high, x, y) {
  if (!places.length) return "";
  const there = places.map((place, i) => at(x(place), y(high[i])));
  const back = places.map((place, i) => at(x(place), y(low[i]))).reverse();
  return `M${there.join("L")}L${back.join("L")}Z`;
}

// Height of a curve at a place, between its points.
export function heightAt(points, place) {
  const after = points.findIndex(([u]) => u >= place);
  if (after < 0) return 0;
  if (after === 0) return points[0][0] === place ? points[0][1] : 0;
  const [[u0, v0], [u1, v1]] = [points[after - 1], points[after]];
  return v0 + ((v1 - v0) * (place - u0)) / (u1 - u0 || 1);
}

// The ground below a curve, from one place to another.
export function areaPath(points, from, to, x, y) {
  const inside = points.filter(([u]) => u > from && u < to);
  const upper = [[from, heightAt(points, from)], ...inside, [to, heightAt(points, to)]];
  return `${linePath([[from, 0], ...upper, [to, 0]], x, y)}Z`;
}
