"use strict";

// From numbers to pixels: heat maps of (token, unit) arrays, and the course of one unit.

const LINES = ["#1f7a6b", "#b63a17", "#2c718e", "#c98a1b", "#7a4f8f", "#7d95ad"];
const NAMES_BELOW = 78; // pixels under a map, for the words
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

/** Paint a part (token by token, H units each) into a picture of one pixel a value, its units in an order. */
function painted(part, table, tokens, units, order) {
  const picture = new OffscreenCanvas(tokens, units);
  const context = picture.getContext("2d");
  const image = context.createImageData(tokens, units);
  const most = part.scales.reduce((one, other) => Math.max(one, other), 1);
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
    context.fillText(word.length > 12 ? word.slice(0, 11) + "…" : word, 0, 0);
    context.restore();
  });
}

/** Draw a map with its words, and a cross where the reader is. */
function drawMap(canvas, picture, words, cursor, units) {
  const { context, width, height } = sized(canvas);
  const high = height - NAMES_BELOW;
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

/** Draw the course of one unit: a line for each part over the words. */
function drawCourse(canvas, parts, words, units, unit, marked) {
  const { context, width, height } = sized(canvas);
  const left = 34;
  const wide = width - left - 10;
  const high = height - NAMES_BELOW - 10;
  const shown = parts.map((part) => words.map((_, token) => valueOf(part, units, token, unit)));
  const most = Math.max(1, ...shown.flat());
  const least = Math.min(0, ...shown.flat());
  const y = (value) => 10 + high * (1 - (value - least) / (most - least));
  context.font = "11px " + style("--sans");
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const value of new Set([least, 0, 1, most])) {
    context.fillStyle = style("--quiet");
    context.fillText(Number(value.toFixed(2)).toString(), left - 6, y(value));
    context.fillStyle = style("--line");
    context.fillRect(left, y(value), wide, 1);
  }
  const column = wide / words.length;
  shown.forEach((values, place) => {
    context.strokeStyle = context.fillStyle = LINES[place % LINES.length];
    context.lineWidth = parts[place].isGate ? 1.4 : 2.2;
    context.beginPath();
    values.forEach((value, token) => context.lineTo(left + (token + 0.5) * column, y(value)));
    context.stroke();
    if (values.length === 1) context.fillRect(left + column / 2 - 2, y(values[0]) - 2, 4, 4);
  });
  writeWords(context, words, left, wide, height - NAMES_BELOW, marked);
}
