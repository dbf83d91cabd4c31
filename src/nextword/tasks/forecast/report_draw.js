"use strict";

// From numbers to lines: the picture as SVG, as wide as its place.

const MARGIN = { left: 56, right: 12, top: 14, bottom: 24 };
const LABEL_WIDTH = 110;
const TICKS = 5;

/** An element of SVG with attributes and perhaps text. */
function drawn(name, attributes, text) {
  const element = document.createElementNS(document.querySelector("svg").namespaceURI, name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  if (text !== undefined) element.textContent = text;
  return element;
}

/** Round numbers between two, about TICKS of them. */
function ticks(least, most) {
  const rough = (most - least) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough);
  const found = [];
  for (let place = Math.ceil(least / step); place * step <= most; place++) found.push(place * step);
  return found;
}

/** A number as it stands at an axis: short. */
function short(value) {
  const size = Math.abs(value);
  if (size >= 1e15 || (size > 0 && size < 1e-3)) return value.toExponential(1);
  const notation = size >= 1e5 ? "compact" : "standard";
  return new Intl.NumberFormat("en", { notation, maximumSignificantDigits: 5, useGrouping: false }).format(value);
}

/** The least and the greatest of the numbers that are known, a little room around them. */
function range(rows, from) {
  let least = Infinity;
  let most = -Infinity;
  for (const row of rows) {
    for (let place = from; place < row.length; place++) {
      if (row[place] === null) continue;
      least = Math.min(least, row[place]);
      most = Math.max(most, row[place]);
    }
  }
  if (least > most) return [0, 1];
  const room = (most - least) * 0.04 || Math.abs(most) * 0.1 || 1;
  return [least - room, most + room];
}

/** A line through the numbers from a place on, broken where one is not known. */
function line(row, from, x, y) {
  let text = "";
  let isBroken = true;
  for (let place = from; place < row.length; place++) {
    if (row[place] === null) {
      isBroken = true;
      continue;
    }
    text += `${isBroken ? "M" : "L"}${x(place).toFixed(1)} ${y(row[place]).toFixed(1)}`;
    isBroken = false;
  }
  return text;
}

/** The area between two rows, where both are known. */
function area(low, high, from, x, y) {
  const known = [];
  for (let place = from; place < low.length; place++) {
    if (low[place] !== null && high[place] !== null) known.push(place);
  }
  if (!known.length) return "";
  const point = (row) => (place) => `${x(place).toFixed(1)} ${y(row[place]).toFixed(1)}`;
  return `M${known.map(point(high)).join("L")}L${known.reverse().map(point(low)).join("L")}Z`;
}

/** Draw lines, {kind, row} or {kind, low, high} each, from a place on; return what finds the place under a pixel. */
function drawChart(svg, lines, labels, split, from, place) {
  const { width, height } = svg.getBoundingClientRect();
  const wide = Math.max(width - MARGIN.left - MARGIN.right, 1);
  const high = Math.max(height - MARGIN.top - MARGIN.bottom, 1);
  const last = labels.length - 1;
  const [least, most] = range(lines.flatMap((each) => (each.row ? [each.row] : [each.low, each.high])), from);
  const x = (at) => MARGIN.left + (wide * (at - from)) / Math.max(last - from, 1);
  const y = (value) => MARGIN.top + high * (1 - (value - least) / (most - least));
  const parts = [];
  for (const tick of ticks(least, most)) {
    const at = y(tick);
    parts.push(drawn("line", { class: "grid", x1: MARGIN.left, x2: MARGIN.left + wide, y1: at, y2: at }));
    parts.push(drawn("text", { x: MARGIN.left - 8, y: at + 4, "text-anchor": "end" }, short(tick)));
  }
  const count = Math.max(1, Math.min(last - from, Math.floor(wide / LABEL_WIDTH)));
  for (let number = 0; number <= count; number++) {
    const at = Math.round(from + ((last - from) * number) / count);
    const anchor = number === 0 ? "start" : number === count ? "end" : "middle";
    const label = labels[at].length > 16 ? labels[at].slice(0, 15) + "…" : labels[at];
    parts.push(drawn("text", { x: x(at), y: height - 6, "text-anchor": anchor }, label));
    if (last === from) break;
  }
  const border = x(split - 0.5);
  parts.push(drawn("line", { class: "split", x1: border, x2: border, y1: MARGIN.top, y2: MARGIN.top + high }));
  for (const { kind, row, low, high: above } of lines) {
    parts.push(drawn("path", { class: kind, d: row ? line(row, from, x, y) : area(low, above, from, x, y) }));
  }
  if (place !== null && place >= from) {
    parts.push(drawn("line", { class: "cursor", x1: x(place), x2: x(place), y1: MARGIN.top, y2: MARGIN.top + high }));
    for (const { kind, row } of lines) {
      if (!row || row[place] === null) continue;
      parts.push(drawn("circle", { class: kind, cx: x(place), cy: y(row[place]), r: 4 }));
    }
  }
  svg.replaceChildren(...parts);
  return (pixel) => {
    const share = (pixel - MARGIN.left) / wide;
    return Math.min(Math.max(Math.round(from + share * (last - from)), from), last);
  };
}
