"use strict";

const map = pageData;
map.lower = map.words.slice(0, map.x.length).map((word) => word.toLowerCase());
map.frequencyOf = (() => {
  const shown = map.x.map((_, word) => (map.counts ? Math.log(map.counts[word] + 1) : -Math.log(map.ranks[word])));
  const [least, most] = [shown.reduce((a, b) => Math.min(a, b)), shown.reduce((a, b) => Math.max(a, b))];
  return (word) => (most > least ? (shown[word] - least) / (most - least) : 0.5);
})();

const canvas = byId("map");
const view = new MapView(canvas, map);

// What stands around the map.

document.title = `A map of ${map.title}`;
byId("title").textContent = map.title;
byId("layout").textContent = map.layout;
canvas.setAttribute("aria-label", `A map of ${map.title}. ${map.layout}`);
byId("axes").append(...(map.axes ?? []).map((axis, i) => element("span", "→↑"[i] + " " + axis)));
byId("rare").textContent = map.counts ? `${Math.min(...map.counts.slice(0, map.x.length)).toLocaleString("en")} times` : "late in the file";
byId("frequent").textContent = map.counts ? `${Math.max(...map.counts.slice(0, map.x.length)).toLocaleString("en")} times` : "early";
byId("number").textContent = map.counts ? "Count" : "Place";

/** Put a word into the address, so that the address can be kept. */
function bookmark(word) {
  try {
    history.replaceState(null, "", "#" + encodeURIComponent(word));
  } catch {
    // a page inside another, as in a notebook, may have no address of its own
  }
}

/** Choose a word: mark it, say so, and list its neighbours. */
function choose(word, { move = true, remember = true } = {}) {
  view.chosen = word;
  byId("chosen").hidden = false;
  byId("hint").hidden = true;
  byId("chosen-word").textContent = readable(map.words[word], 200);
  byId("chosen-count").textContent = countOf(map, word);
  fillList(byId("neighbours"), map, map.neighbours[word], map.cosines[word], choose);
  const names = map.neighbours[word].slice(0, 5).map((other) => readable(map.words[other]));
  byId("status").textContent = `\u2068${readable(map.words[word])}\u2069: nearest are \u2068${names.join("\u2069, \u2068")}\u2069.`;
  if (remember) bookmark(map.words[word].toWellFormed?.() ?? "");
  if (move) {
    const shown = [word, ...map.neighbours[word].filter((other) => other < map.x.length).slice(0, 6)];
    const around = view.frameOf(shown.map((other) => [map.x[other], map.y[other]]), 110);
    const zoom = Math.max(view.zoom, Math.min(around.zoom, view.wholeFrame().zoom * 3.5));
    view.goTo({ centre: [map.x[word], map.y[word]], zoom });
  }
  view.redraw();
}

function clear() {
  view.chosen = -1;
  byId("chosen").hidden = true;
  byId("hint").hidden = false;
  byId("status").textContent = "";
  bookmark("");
  view.redraw();
}

byId("search").addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = byId("word").value;
  if (!typed) return;
  const word = findWord(map, typed);
  if (word >= 0) choose(word);
  else byId("status").textContent = `\u2068${readable(typed)}\u2069 is not on this map.`;
});
byId("word").addEventListener("input", () => {
  byId("matches").replaceChildren(...matches(map, byId("word").value, 12).map((word) => {
    const option = document.createElement("option");
    option.value = map.words[word];
    return option;
  }));
});
byId("close").addEventListener("click", () => {
  clear();
  byId("word").focus();
});
byId("all").addEventListener("toggle", () => fillTable(byId("rows"), map, choose));

// The analogy.

function showAnalogy() {
  clear();
  const { question, answers, target } = map.analogy;
  const places = [...question, ...answers.slice(0, 1)].map((word) => [map.x[word], map.y[word]]);
  view.goTo(view.frameOf(target ? [...places, target] : places, Math.min(140, view.width / 5)));
}

if (map.analogy) {
  const { question, answers, similarities, ranks, ownSimilarities, remark } = map.analogy;
  const [a, b, c] = question.map((word) => readable(map.words[word]));
  byId("analogy").hidden = false;
  byId("analogy-question").textContent = `\u2068${a}\u2069 is to \u2068${b}\u2069 as \u2068${c}\u2069 is to\u00a0…`;
  fillList(byId("answers"), map, answers, similarities, choose);
  const order = [0, 1, 2].sort((one, other) => ranks[one] - ranks[other]);
  fillList(byId("own"), map, order.map((i) => question[i]), order.map((i) => ownSimilarities[i]), choose,
    order.map((i) => ranks[i]));
  byId("remark").textContent = remark;
  byId("show-analogy").addEventListener("click", showAnalogy);
}

// Pointer, wheel and keys.

const tip = byId("tip");

function hover(word, left, top) {
  canvas.classList.toggle("over", word >= 0);
  if (word >= 0 && word !== view.hovered) {
    const near = map.neighbours[word].slice(0, 5).map((other) => `\u2068${readable(map.words[other])}\u2069`);
    tip.replaceChildren(
      element("strong", readable(map.words[word])), element("span", countOf(map, word)), element("span", near.join(", ")),
    );
  }
  view.hovered = word;
  tip.hidden = word < 0;
  if (word >= 0) placeTip(left, top, view.width, view.height);
}

const fingers = new Map();
let travelled = 0;
const spread = () => {
  const [one, other] = [...fingers.values()];
  return { size: Math.hypot(one[0] - other[0], one[1] - other[1]), at: [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2] };
};
canvas.addEventListener("pointerdown", (event) => {
  canvas.setPointerCapture(event.pointerId);
  if (!fingers.size) travelled = 0;
  fingers.set(event.pointerId, [event.offsetX, event.offsetY]);
  canvas.classList.add("held");
});
canvas.addEventListener("pointermove", (event) => {
  const place = [event.offsetX, event.offsetY];
  const before = fingers.get(event.pointerId);
  if (!before) {
    hover(view.wordAt(...place), ...place);
    return;
  }
  const pinched = fingers.size === 2 ? spread() : null;
  fingers.set(event.pointerId, place);
  travelled += Math.hypot(place[0] - before[0], place[1] - before[1]);
  if (travelled < 4) return;
  hover(-1);
  if (pinched) {
    const now = spread();
    view.pan(now.at[0] - pinched.at[0], now.at[1] - pinched.at[1]);
    view.zoomAt(now.size / Math.max(1, pinched.size), ...now.at);
  } else if (fingers.size === 1) {
    view.pan(place[0] - before[0], place[1] - before[1]);
  }
});
canvas.addEventListener("pointerup", (event) => {
  const word = view.wordAt(event.offsetX, event.offsetY, event.pointerType === "touch" ? 24 : 14);
  if (travelled < 4 && fingers.size === 1) {
    if (word >= 0) choose(word, { move: false });
    else if (view.chosen >= 0) clear();
  }
});
for (const name of ["pointerup", "pointercancel"]) {
  canvas.addEventListener(name, (event) => {
    fingers.delete(event.pointerId);
    if (!fingers.size) canvas.classList.remove("held");
  });
}
canvas.addEventListener("pointerleave", () => hover(-1));
canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  hover(-1);
  const lines = event.deltaMode === 0 ? event.deltaY : event.deltaY * 24;
  view.zoomAt(Math.exp(-Math.max(-240, Math.min(240, lines)) / 320), event.offsetX, event.offsetY);
}, { passive: false });
canvas.addEventListener("dblclick", (event) => view.zoomAt(2, event.offsetX, event.offsetY));

const keys = {
  ArrowLeft: () => view.pan(60, 0),
  ArrowRight: () => view.pan(-60, 0),
  ArrowUp: () => view.pan(0, 60),
  ArrowDown: () => view.pan(0, -60),
  "+": () => view.zoomAt(1.3),
  "=": () => view.zoomAt(1.3),
  "-": () => view.zoomAt(1 / 1.3),
  0: () => view.goTo(view.wholeFrame()),
  Escape: clear,
};
canvas.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  keys[event.key]();
});
byId("closer").addEventListener("click", () => view.zoomAt(1.6));
byId("farther").addEventListener("click", () => view.zoomAt(1 / 1.6));
byId("whole").addEventListener("click", () => view.goTo(view.wholeFrame()));

// A word in the address is chosen as the page opens: the address is a bookmark.
requestAnimationFrame(() => requestAnimationFrame(() => {
  let wanted = "";
  try {
    wanted = decodeURIComponent(location.hash.slice(1));
  } catch {
    return;  // an address that somebody cut in the middle of a character
  }
  const word = wanted ? map.words.slice(0, map.x.length).indexOf(wanted) : -1;
  if (word >= 0) choose(word, { remember: false });
}));
