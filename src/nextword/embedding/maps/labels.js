"use strict";

/** What is shown of a word: characters that are commands spelled out, and long words cut short. */
function readable(word, longest = 40) {
  const plain = word.replace(
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu,
    (character) => "\\u" + character.codePointAt(0).toString(16).padStart(4, "0"),
  );
  const characters = Array.from(plain || "(empty)");
  return characters.length <= longest ? characters.join("") : characters.slice(0, longest - 1).join("") + "…";
}

/** Room for labels: takes boxes one after the other, and refuses those that touch one it has. */
class Room {
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.size = 64;
    this.cells = new Map();
  }

  /** The keys of the cells that a box touches. */
  * touched(box) {
    for (let row = Math.floor(box.top / this.size); row <= Math.floor(box.bottom / this.size); row++) {
      for (let column = Math.floor(box.left / this.size); column <= Math.floor(box.right / this.size); column++) {
        yield row * 4096 + column;
      }
    }
  }

  isFree(box) {
    if (box.left < 2 || box.top < 2 || box.right > this.width - 2 || box.bottom > this.height - 2) return false;
    for (const key of this.touched(box)) {
      for (const other of this.cells.get(key) ?? []) {
        if (box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom) {
          return false;
        }
      }
    }
    return true;
  }

  take(box) {
    for (const key of this.touched(box)) {
      if (!this.cells.has(key)) this.cells.set(key, []);
      this.cells.get(key).push(box);
    }
  }

  /** The first of the places around a point at which a label has room, taken; null where there is none. */
  place(x, y, width, height, gap, padding) {
    return this.first([
      [x + gap, y - height / 2],
      [x - gap - width, y - height / 2],
      [x - width / 2, y - gap - height],
      [x - width / 2, y + gap],
    ], width, height, padding);
  }

  first(spots, width, height, padding) {
    for (const [left, top] of spots) {
      const box = {
        left: left - padding, top: top - padding / 2, right: left + width + padding, bottom: top + height + padding / 2,
      };
      if (this.isFree(box)) {
        this.take(box);
        return { left, middle: top + height / 2 };
      }
    }
    return null;
  }

  /** A place for a label that must be seen although there is no room: at a corner, or over others within the map. */
  force(x, y, width, height, gap) {
    const corner = this.first(
      [[x - width, y - gap - height], [x, y - gap - height], [x - width, y + gap], [x, y + gap]], width, height, 3,
    );
    if (corner) return corner;
    const wanted = x > this.width / 2 ? x - gap - width : x + gap;
    const left = Math.max(4, Math.min(wanted, this.width - width - 4));
    this.take({ left, top: y - height / 2, right: left + width, bottom: y + height / 2 });
    return { left, middle: y };
  }
}
