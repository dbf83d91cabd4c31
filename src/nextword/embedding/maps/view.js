"use strict";

const STOPS = 7;
const FRAME = 48;

/** The map on its canvas: points, labels as many as have room, the chosen word, the analogy; moves and zooms. */
class MapView {
  constructor(canvas, map) {
    this.canvas = canvas;
    this.map = map;
    this.chosen = -1;
    this.hovered = -1;
    this.labels = map.words.map((word) => readable(word, 24));
    this.widths = [];
    this.frequency = map.x.map((_, word) => map.frequencyOf(word));
    this.context = canvas.getContext("2d");
    this.readColours();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.readColours());
    matchMedia("(forced-colors: active)").addEventListener("change", () => this.readColours());
    new ResizeObserver(() => this.resize()).observe(canvas);
  }

  readColours() {
    const style = getComputedStyle(document.documentElement);
    const read = (name) => style.getPropertyValue("--" + name).trim();
    const names = ["paper", "ink", "quiet", "line", "accent", "sans"];
    this.colours = Object.fromEntries(names.map((name) => [name, read(name)]));
    const stops = Array.from({ length: STOPS }, (_, stop) => read("ramp-" + stop));
    const channels = stops.map((stop) => [1, 3, 5].map((at) => parseInt(stop.slice(at, at + 2), 16)));
    this.fills = this.frequency.map((share) => {
      const at = Math.min(share * (STOPS - 1), STOPS - 1.001);
      const low = Math.floor(at);
      const mixed = channels[low].map((value, i) => Math.round(value + (channels[low + 1][i] - value) * (at - low)));
      return `rgb(${mixed.join(" ")})`;
    });
    this.redraw();
  }

  resize() {
    const ratio = devicePixelRatio || 1;
    const { clientWidth, clientHeight } = this.canvas;
    const first = !this.width;
    const centre = first ? null : this.inverse(this.width / 2, this.height / 2);
    [this.width, this.height] = [clientWidth, clientHeight];
    this.canvas.width = Math.round(clientWidth * ratio);
    this.canvas.height = Math.round(clientHeight * ratio);
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (first) this.goTo(this.wholeFrame(), false);
    else this.lookAt(centre, this.zoom);
  }

  // Places on the map and places on the screen.

  toScreen(x, y) {
    return [this.width / 2 + (x - this.x) * this.zoom, this.height / 2 - (y - this.y) * this.zoom];
  }

  inverse(left, top) {
    return [this.x + (left - this.width / 2) / this.zoom, this.y - (top - this.height / 2) / this.zoom];
  }

  lookAt([x, y], zoom) {
    [this.x, this.y] = [x, y];
    this.zoom = Math.min(Math.max(zoom, this.least ?? zoom), 60 * (this.least ?? zoom));
    this.redraw();
  }

  /** The view that shows some places: its centre and its zoom. */
  frameOf(places, frame = FRAME) {
    const xs = places.map((place) => place[0]);
    const ys = places.map((place) => place[1]);
    const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const zoom = Math.min(
      Math.max(40, this.width - 2 * frame) / Math.max(right - left, 1),
      Math.max(40, this.height - 2 * frame) / Math.max(high - low, 1),
    );
    return { centre: [(left + right) / 2, (low + high) / 2], zoom };
  }

  wholeFrame() {
    const places = this.map.x.map((x, word) => [x, this.map.y[word]]);
    if (this.map.analogy?.target) places.push(this.map.analogy.target);
    const whole = this.frameOf(places);
    this.least = whole.zoom * 0.6;
    return whole;
  }

  /** Move to a view, smoothly where the reader has not asked for stillness. */
  goTo({ centre, zoom }, smooth = true) {
    cancelAnimationFrame(this.flight);
    if (!smooth || matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.lookAt(centre, zoom);
      return;
    }
    const from = { x: this.x, y: this.y, zoom: this.zoom };
    const began = performance.now();
    const step = (now) => {
      const time = Math.min(1, (now - began) / 380);
      const share = 1 - (1 - time) ** 3;
      this.lookAt(
        [from.x + (centre[0] - from.x) * share, from.y + (centre[1] - from.y) * share],
        from.zoom * (zoom / from.zoom) ** share,
      );
      if (time < 1) this.flight = requestAnimationFrame(step);
    };
    this.flight = requestAnimationFrame(step);
  }

  /** Zoom by a factor around a place on the screen, which stays where it is. */
  zoomAt(factor, left = this.width / 2, top = this.height / 2) {
    cancelAnimationFrame(this.flight);
    const [x, y] = this.inverse(left, top);
    this.lookAt([this.x, this.y], this.zoom * factor);
    const [movedX, movedY] = this.inverse(left, top);
    this.lookAt([this.x + x - movedX, this.y + y - movedY], this.zoom);
  }

  pan(right, down) {
    cancelAnimationFrame(this.flight);
    this.lookAt([this.x - right / this.zoom, this.y + down / this.zoom], this.zoom);
  }

  /** The word whose point is nearest to a place on the screen, -1 where none is near. */
  wordAt(left, top, reach = 14) {
    let best = -1;
    let least = reach * reach;
    for (let word = 0; word < this.map.x.length; word++) {
      const [x, y] = this.toScreen(this.map.x[word], this.map.y[word]);
      const distance = (x - left) ** 2 + (y - top) ** 2;
      if (distance < least) [best, least] = [word, distance];
    }
    return best;
  }

  // Drawing.

  redraw() {
    if (this.pending || !this.width) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.draw();
    });
  }

  draw() {
    const { context, colours } = this;
    context.fillStyle = colours.paper;
    context.fillRect(0, 0, this.width, this.height);
    const near = this.chosen < 0 ? [] : this.map.neighbours[this.chosen].filter((word) => word < this.map.x.length);
    this.room = new Room(this.width, this.height);
    this.room.take({ left: this.width - 56, top: 0, right: this.width, bottom: 160 });  // the buttons
    this.drawPoints(near);
    if (this.map.analogy && this.chosen < 0) this.drawAnalogy();
    if (this.chosen >= 0) this.drawChosen(near);
    this.drawLabels();
  }

  radius(word) {
    const grown = Math.sqrt(Math.min(4, this.zoom / (this.least || 1) / 1.6));
    return (1.5 + 1.7 * this.frequency[word]) * Math.max(1, Math.min(1.7, grown)) * (this.map.x.length > 2500 ? 0.8 : 1);
  }

  drawPoints(near) {
    const { context } = this;
    const marked = new Set([this.chosen, ...near]);
    const quietly = this.chosen >= 0 ? 0.28 : 0.8;
    for (let word = this.map.x.length - 1; word >= 0; word--) {  // the frequent last, so on top
      const [x, y] = this.toScreen(this.map.x[word], this.map.y[word]);
      if (x < -9 || y < -9 || x > this.width + 9 || y > this.height + 9) continue;
      context.globalAlpha = marked.has(word) ? 1 : quietly;
      context.fillStyle = this.fills[word];
      context.beginPath();
      context.arc(x, y, this.radius(word) + (marked.has(word) ? 1.5 : 0), 0, 2 * Math.PI);
      context.fill();
    }
    context.globalAlpha = 1;
  }

  /** Words of the analogy, its two arrows, and the other two sides of its parallelogram. */
  drawAnalogy() {
    const { question, answers, target, isExact } = this.map.analogy;
    const [a, b, c] = question.map((word) => this.toScreen(this.map.x[word], this.map.y[word]));
    const { context, colours } = this;
    this.reserve([...question, ...answers]);
    if (target) {
      const end = this.toScreen(...target);
      this.drawArrow(a, b, colours.accent);
      this.drawArrow(c, end, colours.accent);
      if (isExact) {
        context.setLineDash([2, 5]);
        this.drawLine(a, c, colours.accent, 1);
        this.drawLine(b, end, colours.accent, 1);
        context.setLineDash([]);
        context.fillStyle = colours.paper;
        context.strokeStyle = colours.accent;
        context.lineWidth = 1.6;
        context.beginPath();
        for (const [right, down] of [[0, -6], [6, 0], [0, 6], [-6, 0]]) context.lineTo(end[0] + right, end[1] + down);
        context.closePath();
        context.fill();
        context.stroke();
        const [nameA, nameB, nameC] = question.map((word) => this.labels[word]);
        this.drawLabel(`${nameC} − ${nameA} + ${nameB}`, end, "600 14px", colours.accent, 10, true);
      }
    }
    for (const word of question) this.drawMarked(word, "600 15px", colours.accent, true);
    for (const word of answers.slice(0, 1)) this.drawMarked(word, "600 15px", colours.ink);
    for (const word of answers.slice(1)) this.drawMarked(word, "500 12.5px", colours.ink);
  }

  /** Keep the labels of other words off the rings of some. */
  reserve(words) {
    for (const word of words) {
      const [x, y] = this.toScreen(this.map.x[word], this.map.y[word]);
      this.room.take({ left: x - 5, top: y - 5, right: x + 5, bottom: y + 5 });
    }
  }

  drawChosen(near) {
    const { context, colours } = this;
    const here = this.toScreen(this.map.x[this.chosen], this.map.y[this.chosen]);
    this.reserve([this.chosen, ...near]);
    context.globalAlpha = 0.45;
    for (const word of near) this.drawLine(here, this.toScreen(this.map.x[word], this.map.y[word]), colours.ink, 1);
    context.globalAlpha = 1;
    this.drawMarked(this.chosen, "600 17px", colours.ink, true);
    for (const word of near) this.drawMarked(word, "500 13.5px", colours.ink);
  }

  /** A point with a ring around it, and its label if there is room, or if it is needed. */
  drawMarked(word, font, colour, isNeeded = false) {
    const { context } = this;
    const place = this.toScreen(this.map.x[word], this.map.y[word]);
    context.strokeStyle = colour;
    context.lineWidth = 1.6;
    context.beginPath();
    context.arc(...place, this.radius(word) + 2.5, 0, 2 * Math.PI);
    context.stroke();
    this.drawLabel(this.labels[word], place, font, colour, 10, isNeeded);
    (this.placed ??= new Set()).add(word);
  }

  drawLine(from, to, colour, width) {
    const { context } = this;
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
  }

  drawArrow(from, to, colour) {
    const { context } = this;
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
    if (length < 14) return;
    const [right, down] = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
    const at = (along, aside) => [to[0] - along * right - aside * down, to[1] - along * down + aside * right];
    this.drawLine(from, at(14, 0), colour, 2);
    context.fillStyle = colour;
    context.beginPath();
    for (const corner of [at(7, 0), at(18, 5), at(18, -5)]) context.lineTo(...corner);
    context.fill();
  }

  drawLabel(text, [x, y], font, colour, gap, isNeeded = false) {
    const { context, colours } = this;
    context.font = `${font} ${colours.sans}`;
    const size = parseFloat(font.split(" ")[1]);
    const width = context.measureText(text).width;
    const spot = this.room.place(x, y, width, size, gap, 3) ?? (isNeeded && this.room.force(x, y, width, size, gap));
    if (spot) this.write(text, spot, colour, 4);
  }

  write(text, spot, colour, halo) {
    const { context, colours } = this;
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = halo;
    context.strokeStyle = colours.paper;
    context.strokeText(text, spot.left, spot.middle);
    context.fillStyle = colour;
    context.fillText(text, spot.left, spot.middle);
  }

  /** Labels of the most frequent words in sight, each where it hides no other. */
  drawLabels() {
    const { context, colours } = this;
    const marked = this.placed ?? new Set();
    this.placed = null;
    let left = Math.round((this.width * this.height) / 4200);
    context.globalAlpha = this.chosen >= 0 ? 0.4 : 1;
    for (let word = 0; word < this.map.x.length && left > 0; word++) {
      if (marked.has(word)) continue;
      const [x, y] = this.toScreen(this.map.x[word], this.map.y[word]);
      if (x < 0 || y < 0 || x > this.width || y > this.height) continue;
      const size = 11 + 3 * this.frequency[word];
      context.font = `${size}px ${colours.sans}`;
      this.widths[word] ??= context.measureText(this.labels[word]).width / size;
      const spot = this.room.place(x, y, this.widths[word] * size, size, this.radius(word) + 3, 5);
      if (!spot) continue;
      this.write(this.labels[word], spot, colours.ink, 3);
      left--;
    }
    context.globalAlpha = 1;
  }
}
