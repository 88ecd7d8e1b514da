// Boxes and dots by cell of a coarse grid, to ask quickly what is near a place.
"use strict";

const CELL = 64; // pixels

class Boxes {
  constructor(width, height) {
    this.columns = Math.ceil(width / CELL) + 1;
    this.rows = Math.ceil(height / CELL) + 1;
    this.cells = new Map();
  }

  add(box, owner, size = 0) {
    for (const key of this._keys(box)) append(this.cells, key, { box, owner, size });
  }

  /** Whether a box touches one of another owner. */
  hits(box, owner) {
    for (const key of this._keys(box)) {
      for (const other of this.cells.get(key) ?? []) {
        const [x0, y0, x1, y1] = other.box;
        if (other.owner !== owner && box[0] < x1 && x0 < box[2] && box[1] < y1 && y0 < box[3]) return true;
      }
    }
    return false;
  }

  /** How far a box is from the nearest dot of another owner that is at least so large; at most `within`. Any gap below `enough` will do. */
  gapToOthers(box, owner, least, within, enough = -Infinity) {
    let gap = within;
    for (const key of this._keys([box[0] - within, box[1] - within, box[2] + within, box[3] + within])) {
      for (const other of this.cells.get(key) ?? []) {
        if (other.owner === owner || other.size < least) continue;
        gap = Math.min(gap, gapToDot(box, other));
        if (gap < enough) return gap;
      }
    }
    return gap;
  }

  *_keys([x0, y0, x1, y1]) {
    const clamp = (value, most) => Math.min(Math.max(Math.floor(value / CELL), 0), most - 1);
    const firstColumn = clamp(x0, this.columns), lastColumn = clamp(x1, this.columns), lastRow = clamp(y1, this.rows);
    for (let row = clamp(y0, this.rows); row <= lastRow; row++) {
      for (let column = firstColumn; column <= lastColumn; column++) yield row * this.columns + column;
    }
  }
}

const dotBox = ({ x, y, size }) => [x - size, y - size, x + size, y + size];

/** From a box to the edge of a round dot, of which the box around it is known. */
function gapToDot([x0, y0, x1, y1], { box, size }) {
  const x = (box[0] + box[2]) / 2, y = (box[1] + box[3]) / 2;
  return Math.hypot(Math.max(x0 - x, 0, x - x1), Math.max(y0 - y, 0, y - y1)) - size;
}
