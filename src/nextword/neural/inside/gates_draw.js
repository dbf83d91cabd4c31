"use strict";

// From numbers to pixels: heat maps of (token, unit) arrays, and the course of one unit.

const LINES = ["#1f7a6b", "#b63a17", "#2c718e", "#c98a1b", "#7a4f8f", "#7d95ad"];
const LONGEST_NAME = 12; // characters of a word that are written
const SHADES = 256;
const STEPS = 32767; // that a unit's largest value has

/** The numbers behind base64, by the constructor of their kind. */
function decoded(text, Kind) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Kind(bytes.buffer);
}

/** A table of colours between some, from the lowest value to the highest: SHADES times red, green and blue. */
function ramp(colours) {
  const stops = colours.map((colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)));
  const table = new Uint8ClampedArray(3 * SHADES);
  for (let shade = 0; shade < SHADES; shade++) {
    const place = (shade / (SHADES - 1)) * (stops.length - 1);
    const low = Math.min(Math.floor(place), stops.length - 2);
    for (let part = 0; part < 3; part++) {
      table[3 * shade + part] = stops[low][part] + (place - low) * (stops[low + 1][part] - stops[low][part]);
    }
  }
  return table;
}

/** The value at the end of a part's colours. */
function farthest(part) {
  return part.scales.reduce((one, other) => Math.max(one, other), 1);
}

/** Paint a part (token by token, H units each) into a picture of one pixel a value, its units in an order. */
function painted(part, table, tokens, units, order) {
  const picture = new OffscreenCanvas(tokens, units);
  const context = picture.getContext("2d");
  const image = context.createImageData(tokens, units);
  const most = farthest(part);
  for (let row = 0; row < units; row++) {
    for (let token = 0; token < tokens; token++) {
      const value = valueOf(part, units, token, order[row]) / most;
      const share = part.isGate ? value : (value + 1) / 2;
      const shade = 3 * Math.round(Math.min(Math.max(share, 0), 1) * (SHADES - 1));
      const pixel = 4 * (row * tokens + token);
      image.data.set(table.subarray(shade, shade + 3), pixel);
      image.data[pixel + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
  return picture;
}

function valueOf(part, units, token, unit) {
  return (part.numbers[token * units + unit] / STEPS) * part.scales[unit];
}

/** A value in as many decimals, three at most, as are known of it. */
function written(part, units, token, unit) {
  const decimals = Math.floor(Math.log10(STEPS / part.scales[unit]));
  return valueOf(part, units, token, unit).toFixed(Math.min(Math.max(decimals, 0), 3));
}

/** Make a canvas as fine as the screen, and return its context in CSS pixels with its size. */
function sized(canvas) {
  const { width, height } = canvas.getBoundingClientRect();
  const fine = window.devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.round(width * fine));
  canvas.height = Math.max(1, Math.round(height * fine));
  const context = canvas.getContext("2d");
  context.setTransform(fine, 0, 0, fine, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

function style(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** A word as it is written under a column. */
function named(word) {
  return word.length > LONGEST_NAME ? word.slice(0, LONGEST_NAME - 1) + "…" : word;
}

/** How many pixels the turned words take under a map. */
function roomBelow(words) {
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  context.font = "11px " + style("--sans");
  return Math.ceil(words.reduce((most, word) => Math.max(most, context.measureText(named(word)).width), 0)) + 8;
}

/** Write words under the columns of a picture, upright ones turned, and only as many as there is room for. */
function writeWords(context, words, left, width, top, marked) {
  const column = width / words.length;
  const every = Math.max(1, Math.ceil(11 / column));
  context.font = "11px " + style("--sans");
  context.textAlign = "right";
  context.textBaseline = "middle";
  words.forEach((word, place) => {
    if (place % every && place !== marked) return;
    context.save();
    context.translate(left + (place + 0.5) * column, top + 5);
    context.rotate(-Math.PI / 2);
    context.fillStyle = style(place === marked ? "--accent" : "--quiet");
    context.fillText(named(word), 0, 0);
    context.restore();
  });
}

/** Draw a map with its words, and a cross where the reader is. */
function drawMap(canvas, picture, words, below, cursor, units) {
  const { context, width, height } = sized(canvas);
  const high = height - below;
  context.imageSmoothingEnabled = false;
  context.drawImage(picture, 0, 0, width, high);
  writeWords(context, words, 0, width, high, cursor && cursor.token);
  if (!cursor) return;
  const column = width / words.length;
  const row = Math.max(high / units, 1);
  context.strokeStyle = style("--accent");
  context.lineWidth = 1;
  context.strokeRect(cursor.token * column, 0, column, high);
  context.strokeRect(0, (cursor.row * high) / units, width, row);
}

/** Draw lines between their least and greatest value, zero and what is in `shown` included, with these at the left. */
function drawBand(context, lines, shown, left, top, wide, high) {
  const values = lines.flatMap((line) => line.values).concat(shown, 0);
  const least = Math.min(...values);
  const most = Math.max(...values);
  const y = (value) => top + high * (1 - (value - least) / (most - least));
  context.font = "11px " + style("--sans");
  context.textAlign = "right";
  context.textBaseline = "middle";
  const written = [];
  for (const value of [0, ...shown, most, least]) {
    if (written.some((height) => Math.abs(height - y(value)) < 13)) continue;
    written.push(y(value));
    context.fillStyle = style("--quiet");
    context.fillText(String(Number(value.toPrecision(3))), left - 6, y(value));
    context.fillStyle = style("--line");
    context.fillRect(left, y(value), wide, 1);
  }
  // Thin lines last: a thick one may run along the same values.
  for (const { values: course, colour, thick } of [...lines].sort((one, other) => other.thick - one.thick)) {
    const column = wide / course.length;
    context.strokeStyle = context.fillStyle = colour;
    context.lineWidth = thick;
    context.beginPath();
    course.forEach((value, token) => context.lineTo(left + (token + 0.5) * column, y(value)));
    context.stroke();
    if (course.length === 1) context.fillRect(left + column / 2 - 2, y(course[0]) - 2, 4, 4);
  }
}

/** Draw the course of one unit: a line for each part over the words. What goes beyond one has a band of its own. */
function drawCourse(canvas, parts, words, below, units, unit, marked) {
  const { context, width, height } = sized(canvas);
  const left = 48;
  const wide = width - left - 10;
  const high = height - below - 20;
  const lines = parts.map((part, place) => ({
    values: words.map((_, token) => valueOf(part, units, token, unit)),
    colour: LINES[place % LINES.length],
    thick: part.isGate ? 1.4 : 2.2,
  }));
  const isFar = (line) => line.values.some((value) => Math.abs(value) > 1);
  const far = lines.filter(isFar);
  const share = far.length ? high * 0.45 : 0;
  if (far.length) drawBand(context, far, [], left, 10, wide, share - 14);
  drawBand(context, lines.filter((line) => !isFar(line)), [1], left, 10 + share, wide, high - share);
  writeWords(context, words, left, wide, height - below, marked);
}
