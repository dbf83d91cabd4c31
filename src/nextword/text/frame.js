"use strict";

// What all pages share.

const byId = (id) => document.getElementById(id);

/** What the page knows. */
const pageData = JSON.parse(byId("data").textContent);

/** An element with text in it, which is never read as HTML. */
function element(name, text = "", className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** Show the tip beside a point, within a box of some width and height: the window, or what the tip is placed in. */
function placeTip(x, y, width = innerWidth, height = innerHeight) {
  const tip = byId("tip");
  tip.hidden = false;
  const right = Math.min(x + 16, width - tip.offsetWidth - 8);
  const down = y + tip.offsetHeight + 24 > height ? y - tip.offsetHeight - 12 : y + 16;
  tip.style.transform = `translate(${Math.max(8, right)}px, ${Math.max(8, down)}px)`;
}
