"use strict";

/** A word apart from the text around it: one that runs from right to left turns nothing else around. */
function isolated(word) {
  const made = element("bdi", readable(word));
  made.title = readable(word, 400);
  return made;
}

/** A word as a button that chooses it, or as text where the map does not show it. */
function wordElement(map, word, choose) {
  if (word >= map.x.length) return isolated(map.words[word]);
  const button = element("button", "", "word");
  button.type = "button";
  button.append(isolated(map.words[word]));
  button.addEventListener("click", () => choose(word));
  return button;
}

/** Fill a list with words, their ranks and their cosines. */
function fillList(list, map, words, cosines, choose, ranks = null) {
  list.replaceChildren(...words.map((word, place) => {
    const line = document.createElement("li");
    const bar = element("span", "", "bar");
    const filled = element("i");
    filled.style.width = `${Math.max(0, Math.min(1, cosines[place])) * 100}%`;
    bar.append(filled);
    bar.setAttribute("aria-hidden", "true");
    line.append(
      element("span", ranks ? ranks[place].toLocaleString("en") : String(place + 1), "rank"),
      wordElement(map, word, choose),
      bar,
      element("span", cosines[place].toFixed(3), "figure"),
    );
    return line;
  }));
}

/** How often a word occurred, or its place among the words where that is not known. */
function countOf(map, word) {
  if (!map.counts) return `word ${map.ranks[word].toLocaleString("en")} of the file`;
  const count = map.counts[word];
  return count === 1 ? "occurs once" : `occurs ${count.toLocaleString("en")} times`;
}

/** Fill the table of all words, when somebody opens it. */
function fillTable(body, map, choose) {
  if (body.childElementCount) return;
  body.append(...map.x.map((_, word) => {
    const line = document.createElement("tr");
    const head = document.createElement("th");
    head.scope = "row";
    head.append(wordElement(map, word, choose));
    const near = document.createElement("td");
    map.neighbours[word].slice(0, 3).forEach((other, place) => {
      near.append(place ? ", " : "", isolated(map.words[other]));
    });
    const number = map.counts ? map.counts[word] : map.ranks[word];
    line.append(head, element("td", number.toLocaleString("en")), near);
    return line;
  }));
}

/** The words that begin as typed, the most frequent first. */
function matches(map, typed, most) {
  const wanted = typed.trim().toLowerCase();
  const found = [];
  if (!wanted) return found;
  for (let word = 0; word < map.x.length && found.length < most; word++) {
    if (map.lower[word].startsWith(wanted)) found.push(word);
  }
  return found;
}

/** The word that is meant: as typed, else in another case, else the first that begins so; -1 for none. */
function findWord(map, typed) {
  const shown = map.words.slice(0, map.x.length);
  for (const wanted of [typed, typed.trim()]) {
    if (shown.includes(wanted)) return shown.indexOf(wanted);
  }
  const folded = map.lower.indexOf(typed.trim().toLowerCase());
  return folded >= 0 ? folded : matches(map, typed, 1)[0] ?? -1;
}
