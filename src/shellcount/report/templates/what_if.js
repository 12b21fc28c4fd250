"use strict";
(() => {
  const root = document.getElementById("what-if");
  const data = JSON.parse(root.dataset.whatIf);
  const { program, rule, draws } = data;

  /* The program: operations on numbers and on columns of draws. */
  const OPERATIONS = new Map(Object.entries({
    add: (a, b) => a + b,
    subtract: (a, b) => a - b,
    multiply: (a, b) => a * b,
    divide: (a, b) => a / b,
    maximum: Math.max,
    minimum: Math.min,
    exp: Math.exp,
    log: Math.log,
    softplus: x => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  }));
  const levels = new Map([...data.alphabet].map((character, level) => [character.charCodeAt(0), level]));
  const columns = data.scales.map(([lowest, step], place) => Float64Array.from({ length: draws },
    (_, draw) => lowest + step * levels.get(data.levels.charCodeAt(place * draws + draw))));

  const apply = (name, operands) => {
    const operation = OPERATIONS.get(name), [a, b] = operands;
    if (operands.every(operand => typeof operand === "number")) return operation(...operands);
    const result = new Float64Array(draws), one = typeof a === "number", other = typeof b === "number";
    for (let draw = 0; draw < draws; draw++) {
      result[draw] = b === undefined ? operation(a[draw]) : operation(one ? a : a[draw], other ? b : b[draw]);
    }
    return result;
  };
  const first = data.sliders.length, fixed = [];  // results that no parameter changes
  const run = parameters => {
    const values = [...parameters, ...columns, ...program.constants], moves = values.map((_, at) => at < first);
    program.steps.forEach(([name, ...places], step) => {
      const moved = places.some(at => moves[at]);
      const result = fixed[step] ?? apply(name, places.map(at => values[at]));
      if (!moved) fixed[step] = result;
      values.push(result);
      moves.push(moved);
    });
    return values.at(-1);
  };
  const quantiles = values => {
    const ordered = Float64Array.from(values).sort();
    return data.probabilities.map(probability => {
      const place = (draws - 1) * probability, low = Math.floor(place), high = Math.min(low + 1, draws - 1);
      return ordered[low] + (place - low) * (ordered[high] - ordered[low]);
    });
  };

  /* The rule by which numbers are rounded and written. */
  const ten = power => Number(`1e${power}`);
  const leading = value => Math.floor(Math.log10(value));
  const unitOf = (low, middle, high, error) => {
    const units = [], side = Math.min(middle - low, high - middle);
    if (middle !== 0) {
      let digits = rule.digits;
      const unit = () => ten(leading(Math.abs(middle)) - digits + 1);
      while (side > 0 && side < rule.fewest_units * unit() && digits < rule.most_digits) digits++;
      units.push(unit());
    }
    if (side > 0) units.push(ten(leading(side) - (side / ten(leading(side)) < rule.two_digits_below ? 1 : 0)));
    if (error > 0) {
      const least = rule.errors * error, decade = ten(leading(least));
      units.push(rule.steps.map(step => decade * step).find(unit => unit >= least));
    }
    return units.length ? Math.max(...units) : 1;
  };
  const decimals = unit => Math.max(0, -Math.floor(Math.log10(unit) + 1e-9));
  const written = (number, places) => {
    const [whole, part] = number.toFixed(places).split(".");
    return [whole.replace(/\B(?=(\d{3})+$)/g, ","), ...part === undefined ? [] : [part]].join(".");
  };
  const rounded = (value, unit, scale) => {
    const ratio = value / unit, tie = Math.abs(ratio % 1) === 0.5;
    const multiple = tie ? 2 * Math.round(ratio / 2) : Math.round(ratio);
    if (multiple === 0 && value > rule.smallest) {
      const rough = Number(value.toPrecision(1));
      return written(rough / scale, decimals(ten(leading(rough)) / scale));
    }
    return written(multiple * (unit / scale), decimals(unit / scale));
  };
  const scaleOf = largest => rule.scales.find(([least]) => Math.abs(largest) >= least || least === 1);
  const words = ([low, lower, middle, upper, high], error) => {
    const unit = unitOf(low, middle, high, error), [scale, word] = scaleOf(high);
    const interval = (from, to) => `${rounded(from, unit, scale)} to ${rounded(to, unit, scale)}${word}`;
    return [rounded(middle, unit, scale) + word, interval(lower, upper), interval(low, high)];
  };
  const errorOf = found => {
    const spread = ([low, , , , high]) => Math.log(high / low), wider = spread(found) / spread(data.quantiles);
    return Math.max(...[0, 2, 4].map((at, place) => data.errors[place] * wider * found[at] / data.quantiles[at]));
  };

  /* The page. */
  const inputs = [...root.querySelectorAll("input")], values = [...root.querySelectorAll(".value")];
  const part = name => root.querySelector(`[data-part=${name}]`);
  const texts = data.grids.map(grid => grid.values.split(" "));
  const text = (place, slider) => texts[data.sliders[slider][1]][place];
  const places = () => inputs.map(input => Number(input.value));

  const changes = at => {
    const found = new Map();
    data.sliders.forEach(([name, , now], slider) => {
      const entry = found.get(name) ?? { moved: false, values: [] };
      entry.values.push(text(at[slider], slider));
      entry.moved ||= at[slider] !== now;
      found.set(name, entry);
    });
    return new Map([...found].filter(([, entry]) => entry.moved).map(([name, entry]) => [name, entry.values.join(":")]));
  };
  const commandOf = moved => [
    ...data.command.filter(([name]) => !moved.has(name)).map(([, word]) => word),
    ...[...moved].map(([name, value]) => `--set ${name}=${value}`),
  ].flatMap(words => words.split(" "));
  const span = word => Object.assign(document.createElement("span"), { textContent: word });

  const drawing = part("drawing"), groups = [...drawing.querySelectorAll("g")];
  const draw = found => {
    const width = drawing.clientWidth || 600, right = width - 24, most = Math.max(2 * data.quantiles[4], found[4]);
    const across = value => Math.max(0, Math.min(right, right * value / most));
    const set = (element, attributes) => Object.entries(attributes).forEach(([name, value]) =>
      element.setAttribute(name, typeof value === "number" ? value.toFixed(1) : value));
    drawing.setAttribute("viewBox", `0 0 ${width} 120`);
    [data.quantiles, found].forEach(([low, lower, middle, upper, high], row) => {
      const group = groups[row], top = 20 + 44 * row, at = across(middle);
      set(group.querySelector(".outer"), { x: across(low), width: across(high) - across(low), y: top + 4, height: 10 });
      set(group.querySelector(".inner"), { x: across(lower), width: across(upper) - across(lower), y: top, height: 18 });
      set(group.querySelector(".median"), { d: `M${at.toFixed(1)},${top - 3}v24` });
    });
    const step = [1, 2, 5, 10].map(each => each * ten(leading(most / 4))).find(each => each >= most / 4);
    const ticks = groups[2].querySelectorAll("text"), [scale, word] = scaleOf(most);
    let path = `M0,100.5H${right}`;
    ticks.forEach((tick, place) => {
      const value = place * step;
      tick.textContent = value > most ? "" : value === 0 ? "0" : rounded(value, step, scale) + word;
      set(tick, { x: across(value), "text-anchor": place ? "middle" : "start" });
      if (value <= most) path += `M${across(value).toFixed(1)},97v7`;
    });
    set(groups[2].querySelector("path"), { d: path });
  };

  const show = () => {
    const at = places(), moved = changes(at);
    const found = quantiles(run(at.map((place, slider) => data.grids[data.sliders[slider][1]].numbers[place])));
    const [middle, inner, outer] = words(found, errorOf(found));
    inputs.forEach((input, slider) => {
      values[slider].textContent = text(at[slider], slider);
      input.setAttribute("aria-valuetext", text(at[slider], slider));
    });
    part("middle").textContent = `${middle} ${data.measure}`.trim();
    part("inner").textContent = inner;
    part("outer").textContent = outer;
    part("command").replaceChildren(...commandOf(moved).flatMap(word => [span(word), " "]));
    part("reported").hidden = moved.size > 0;
    part("moved").hidden = moved.size === 0;
    part("reset").disabled = moved.size === 0;
    draw(found);
  };
  const tell = () => {
    const said = [...root.querySelectorAll(".result p")].flatMap(line => [...line.children]).filter(each => !each.hidden);
    part("status").textContent = said.map(each => each.textContent).join(", ");
  };
  const keepInOrder = slider => {
    const [name] = data.sliders[slider], pair = data.sliders.flatMap(([other], at) => other === name ? [at] : []);
    if (pair.length < 2) return;
    const [low, high] = pair.map(at => inputs[at]), last = Number(low.max);
    if (Number(low.value) < Number(high.value)) return;
    if (slider === pair[0]) {
      low.value = Math.min(Number(low.value), last - 1);
      high.value = Number(low.value) + 1;
    } else {
      high.value = Math.max(Number(high.value), 1);
      low.value = Number(high.value) - 1;
    }
  };
  inputs.forEach((input, slider) => {
    input.addEventListener("input", () => { keepInOrder(slider); show(); });
    input.addEventListener("change", tell);
  });
  part("reset").addEventListener("click", () => {
    inputs.forEach((input, slider) => { input.value = data.sliders[slider][2]; });
    show();
    tell();
  });
  root.hidden = false;
  inputs.forEach((input, slider) => { input.value = data.sliders[slider][2]; });  // not what a browser kept
  show();
  new ResizeObserver(show).observe(drawing);
})();
