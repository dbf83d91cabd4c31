"use strict";

// What the reader does: choose a layer and an order, point at a value, follow a unit.

(() => {
  const data = pageData;
  const words = data.tokens;
  const maps = [];
  const ramps = {};
  const below = roomBelow(words);
  let layer, order, cursor, unit;

  for (const kind in data.colours) {
    ramps[kind] = ramp(data.colours[kind]);
    document.querySelector(`.ramp.${kind}`).style.background = `linear-gradient(to right, ${data.colours[kind]})`;
  }

  for (const each of data.layers) {
    for (const part of each.parts) {
      part.numbers = decoded(part.values, Int16Array);
      part.scales = decoded(part.most, Float32Array);
    }
    for (const name in each.orders) each.orders[name] = decoded(each.orders[name], Uint16Array);
  }
  byId("model").textContent = `an ${data.model}`.replace(/^an (?=G)/, "a ");
  byId("text").textContent = words.join(" ");
  data.layers.forEach((each, place) => {
    const text = `${place + 1} of ${data.layers.length}, ${each.units} units`;
    byId("layer").add(new Option(text, place));
  });
  byId("layer").value = data.layers.length - 1;
  for (const name in data.orders) byId("order").add(new Option(data.orders[name], name));

  function show() {
    layer = data.layers[byId("layer").value];
    order = layer.orders[byId("order").value];
    cursor = null;
    if (!(unit < layer.units)) unit = layer.orders.longest[0];
    byId("keeper").textContent = layer.keeper;
    byId("maps").replaceChildren();
    maps.length = 0;
    for (const part of layer.parts) {
      const figure = element("figure");
      const caption = element("figcaption", part.isGate ? `${part.name} gate` : part.name);
      const canvas = element("canvas");
      canvas.style.height = `${Math.min(Math.max(layer.units, 160), 420) + below}px`;
      canvas.tabIndex = 0;
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", `${caption.textContent}: words from left to right, units downwards`);
      if (!part.isGate) {
        caption.append(element("span", ` ±${Number(farthest(part).toPrecision(3))}`, "scale"));
      }
      figure.append(caption, canvas);
      byId("maps").append(figure);
      const table = part.isGate ? ramps.gate : ramps.signed;
      maps.push({ canvas, part, picture: painted(part, table, words.length, layer.units, order) });
      follow(canvas, part);
    }
    list();
    draw();
  }

  function list() {
    const items = Array.from(layer.orders.longest.slice(0, 12), (number) => {
      const button = element("button");
      button.type = "button";
      button.dataset.unit = number;
      const life = layer.halfLives[number];
      const held = life === null ? "for good" : `${life.toPrecision(3)} words`;
      button.append(element("span", `unit ${number + 1}`), element("span", held));
      button.addEventListener("click", () => choose(number));
      const item = element("li");
      item.append(button);
      return item;
    });
    byId("longest").replaceChildren(...items);
  }

  function choose(number) {
    unit = number;
    draw();
  }

  function draw() {
    for (const { canvas, picture } of maps) drawMap(canvas, picture, words, below, cursor, layer.units);
    drawCourse(byId("course"), layer.parts, words, below, layer.units, unit, cursor ? cursor.token : -1);
    byId("unit-name").textContent = `Unit ${unit + 1} through the text`;
    const legend = layer.parts.map((part, place) => {
      const name = element("span", part.isGate ? `${part.name} gate` : part.name);
      name.style.setProperty("--colour", LINES[place % LINES.length]);
      return name;
    });
    byId("legend").replaceChildren(...legend);
    for (const button of byId("longest").querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.unit) === unit));
    }
  }

  function values(number, token) {
    return layer.parts.map((part) => [part.name, written(part, layer.units, token, number)]);
  }

  function told() {
    const number = order[cursor.row];
    const said = values(number, cursor.token).map((pair) => pair.join(" ")).join(", ");
    return `unit ${number + 1} at “${words[cursor.token]}”: ${said}`;
  }

  function tip(event, here) {
    const number = order[cursor.row];
    const table = element("table");
    for (const [name, value] of values(number, cursor.token)) {
      const row = table.insertRow();
      if (name === here) row.className = "here";
      row.insertCell().textContent = name;
      row.insertCell().textContent = value;
    }
    const head = element("div", `unit ${number + 1} at “${words[cursor.token]}”`);
    byId("tip").replaceChildren(head, table);
    placeTip(event.clientX, event.clientY);
  }

  function follow(canvas, part) {
    const move = (event) => {
      const box = canvas.getBoundingClientRect();
      const token = Math.floor(((event.clientX - box.left) / box.width) * words.length);
      const row = Math.floor(((event.clientY - box.top) / (box.height - below)) * layer.units);
      if (token < 0 || token >= words.length || row < 0 || row >= layer.units) return leave();
      cursor = { token, row };
      draw();
      tip(event, part.name);
    };
    const leave = () => {
      cursor = null;
      byId("tip").hidden = true;
      draw();
    };
    canvas.addEventListener("pointermove", move);
    canvas.addEventListener("pointerleave", leave);
    canvas.addEventListener("click", () => cursor && choose(order[cursor.row]));
    canvas.addEventListener("keydown", (event) => {
      const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!steps) return;
      event.preventDefault();
      const bounded = (value, most) => Math.min(Math.max(value, 0), most - 1);
      const from = cursor || { token: -Math.min(steps[0], 0), row: order.indexOf(unit) };
      cursor = {
        token: bounded(from.token + (cursor ? steps[0] : 0), words.length),
        row: bounded(from.row + (cursor ? steps[1] : 0), layer.units),
      };
      unit = order[cursor.row];
      byId("status").textContent = told();
      draw();
    });
  }

  byId("layer").addEventListener("change", show);
  byId("order").addEventListener("change", show);
  byId("how").addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("resize", draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  show();
})();
