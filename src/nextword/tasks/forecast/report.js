"use strict";

// What the reader does: point at a time, hide lines, look at the last part alone.

(() => {
  const data = pageData;
  const last = data.labels.length - 1;
  const KINDS = { truth: "the series", fitted: "told of what was learned from", told: "told of the rest", bounds: `bounds of ${data.coverage}` };
  const shown = new Set(Object.keys(KINDS));
  const charts = { one: null, many: null };
  const lines = {
    one: [
      { kind: "truth", row: data.values },
      { kind: "fitted", row: data.fitted },
      { kind: "told", row: data.oneStep },
    ],
    many: [
      { kind: "bounds", low: data.low, high: data.high },
      { kind: "truth", row: data.values },
      { kind: "told", row: data.manySteps },
    ],
  };
  const own = data.systems[data.systems.length - 1];
  const steps = data.labels.length - data.train;
  let place = null;
  let isNear = false;

  const count = (number) => number.toLocaleString("en");
  const written = (value) => (value === null ? "–" : String(value));
  const from = () => (isNear ? Math.max(0, data.train - steps) : 0);

  byId("name").textContent = data.name;
  byId("split").textContent =
    `${count(data.train)} numbers learned from, ${data.labels[0]} to ${data.labels[data.train - 1]}; the last ${count(steps)} told, ` +
    `${data.labels[data.train]} to ${data.labels[last]}. The LSTM reads the last ${data.window}.`;
  byId("one-rmse").textContent = own.oneStep;
  byId("many-rmse").textContent = own.manySteps;
  byId("ahead").textContent = `${count(steps)} step${steps > 1 ? "s" : ""} ahead`;
  byId("seeds").textContent =
    `LSTM: ${data.seeds > 1 ? `the mean of ${data.seeds} seeds and their spread, the first of them drawn` : "one seed"}. ` +
    `The bounds of ${data.coverage}${data.seeds > 1 ? ", of the first seed," : ""} hold ${data.covered} of the numbers.`;
  byId("one").setAttribute(
    "aria-label",
    `${data.name} in blue, what was told one step ahead in green where it was learned from, in red for the last ` +
      `${count(steps)}; root mean square error ${own.oneStep}.`,
  );
  byId("many").setAttribute(
    "aria-label",
    `${data.name} in blue, the last ${count(steps)} numbers told all at once in red, their bounds shaded; root mean ` +
      `square error ${own.manySteps}.`,
  );

  for (const kind in KINDS) {
    const button = element("button", KINDS[kind], kind);
    button.type = "button";
    button.style.setProperty("--colour", `var(--${kind === "bounds" ? "told" : kind})`);
    button.style.setProperty("--thick", { truth: "3px", bounds: "10px" }[kind] || "2px");
    button.setAttribute("aria-pressed", "true");
    button.addEventListener("click", () => {
      if (!shown.delete(kind)) shown.add(kind);
      button.setAttribute("aria-pressed", String(shown.has(kind)));
      draw();
    });
    byId("lines").append(button);
  }
  for (const { system, oneStep, manySteps } of data.systems) {
    const row = byId("systems").tBodies[0].insertRow();
    if (system === own.system) row.className = "own";
    write(row, [system, oneStep, manySteps]);
  }

  /** Fill a row of a table: its first cell names it. */
  function write(row, texts) {
    texts.forEach((text, column) => {
      const cell = element(column ? "td" : "th", text);
      if (!column) cell.scope = "row";
      row.append(cell);
    });
  }

  function draw() {
    for (const id in charts) {
      const visible = lines[id].filter((each) => shown.has(each.kind));
      charts[id] = drawChart(byId(id), visible, data.labels, data.train, from(), place);
    }
  }

  /** What is known of a time: pairs of a name and a number. */
  function facts(number) {
    const found = [["the series", written(data.values[number])]];
    if (number < data.train) return [...found, ["one step ahead", written(data.fitted[number])]];
    return [
      ...found,
      ["one step ahead", written(data.oneStep[number])],
      ["all at once", written(data.manySteps[number])],
      ["bounds", `${written(data.low[number])} to ${written(data.high[number])}`],
    ];
  }

  function tip(event) {
    const table = document.createElement("table");
    for (const pair of facts(place)) write(table.insertRow(), pair);
    byId("tip").replaceChildren(element("strong", data.labels[place]), table);
    placeTip(event.clientX, event.clientY);
  }

  function leave() {
    place = null;
    byId("tip").hidden = true;
    draw();
  }

  for (const id in charts) {
    const svg = byId(id);
    const point = (event) => {
      place = charts[id](event.clientX - svg.getBoundingClientRect().left);
      draw();
      tip(event);
    };
    svg.addEventListener("pointermove", point);
    svg.addEventListener("pointerdown", point);
    // What a finger showed stays until it touches elsewhere.
    svg.addEventListener("pointerleave", (event) => event.pointerType === "touch" || leave());
    svg.addEventListener("keydown", (event) => {
      const here = place === null ? data.train : place;
      const there = {
        ArrowLeft: place === null ? here : here - 1,
        ArrowRight: place === null ? here : here + 1,
        Home: from(),
        End: last,
      }[event.key];
      if (event.key === "Escape") leave();
      if (there === undefined) return;
      event.preventDefault();
      place = Math.min(Math.max(there, from()), last);
      byId("tip").hidden = true;
      byId("status").textContent = `${data.labels[place]}: ${facts(place).map((pair) => pair.join(" ")).join(", ")}`;
      draw();
    });
  }
  document.addEventListener("pointerdown", (event) => event.target.closest("svg") || leave());

  byId("near").addEventListener("click", () => {
    isNear = !isNear;
    byId("near").setAttribute("aria-pressed", String(isNear));
    draw();
  });
  byId("numbers").addEventListener("toggle", () => {
    const room = byId("numbers").querySelector(".wide");
    if (room.childElementCount) return;
    const table = document.createElement("table");
    const head = table.createTHead().insertRow();
    for (const name of ["time", "the series", "one step ahead", "all at once", "from", "to"]) {
      const cell = element("th", name);
      cell.scope = "col";
      head.append(cell);
    }
    const body = table.createTBody();
    for (let number = data.train; number <= last; number++) {
      const rows = [data.values, data.oneStep, data.manySteps, data.low, data.high];
      write(body.insertRow(), [data.labels[number], ...rows.map((row) => written(row[number]))]);
    }
    room.append(table);
  });
  window.addEventListener("resize", draw);
  draw();
})();
