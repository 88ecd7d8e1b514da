// Which names are written where: the nearest and largest first, none over another.
"use strict";

const FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
const MOST_LABELS = 90;
const TRIED_LABELS = 320;
const KEPT_BONUS = 1.35; // of names written before, so that they do not flicker

class Labels {
  constructor(tree) {
    this.tree = tree;
    this.texts = new Map();
    this.widths = new Map();
    this.shown = new Set();
    this.ruler = document.createElement("canvas").getContext("2d");
    this.ruler.font = `100px ${FONT}`;
  }

  /**
   * Place names of the visible nodes.
   *
   * `nodes` has row, x, y, size (of the dot) and scale, in pixels; `always` are rows that come first.
   * Gives text, x, y (left end and middle line), font size and row.
   */
  place(nodes, { width, height, always, centreX }) {
    const wanted = nodes
      .map((node) => ({ node, rank: this._rank(node, always) }))
      .sort((a, b) => b.rank - a.rank || a.node.row - b.node.row)
      .slice(0, TRIED_LABELS);
    const taken = new Boxes(width, height);
    for (const { node } of wanted) if (node.size > 2.5) taken.add(dotBox(node), node.row);
    const placed = [];
    for (const { node, rank } of wanted) {
      if (placed.length === MOST_LABELS) break;
      const label = this._placed(node, rank, taken, width, height, centreX);
      if (label) placed.push(label);
    }
    this.shown = new Set(placed.map((label) => label.row));
    return placed;
  }

  _rank({ row, scale }, always) {
    if (always.has(row)) return 1e6 - always.get(row);
    const rank = scale * (1 + 0.35 * Math.log2(this.tree.subtreeSizes[row]));
    return this.shown.has(row) ? rank * KEPT_BONUS : rank;
  }

  _placed(node, rank, taken, width, height, centreX) {
    const text = this._text(node.row);
    if (text === "") return null;
    const size = Math.min(10 + 5 * node.scale, 15);
    const long = (this._width(node.row, text) * size) / 100, high = size * 1.2, away = node.size + 4;
    const right = [node.x + away, node.y], left = [node.x - away - long, node.y];
    const above = [node.x - long / 2, node.y - away - high / 2], below = [node.x - long / 2, node.y + away + high / 2];
    const places = node.x >= centreX ? [right, below, above, left] : [left, below, above, right];
    for (const [x, y] of places) {
      const box = [x - 2, y - high / 2, x + long + 2, y + high / 2];
      const inside = box[0] >= 0 && box[1] >= 0 && box[2] <= width && box[3] <= height;
      if (!inside || taken.hits(box, node.row)) continue;
      taken.add(box, node.row);
      return { text, x, y, size, row: node.row, scale: node.scale };
    }
    return null;
  }

  _text(row) {
    if (!this.texts.has(row)) this.texts.set(row, this.tree.label(row));
    return this.texts.get(row);
  }

  _width(row, text) {
    if (!this.widths.has(row)) this.widths.set(row, this.ruler.measureText(text).width);
    return this.widths.get(row);
  }
}

const dotBox = ({ x, y, size }) => [x - size, y - size, x + size, y + size];

/** Boxes by cell of a coarse grid, to ask quickly whether another one would touch any of them. */
class Boxes {
  constructor(width, height) {
    this.cell = 64;
    this.columns = Math.ceil(width / this.cell) + 1;
    this.rows = Math.ceil(height / this.cell) + 1;
    this.cells = new Map();
  }

  add(box, owner) {
    for (const key of this._keys(box)) append(this.cells, key, { box, owner });
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

  *_keys([x0, y0, x1, y1]) {
    const clamp = (value, most) => Math.min(Math.max(Math.floor(value / this.cell), 0), most - 1);
    for (let row = clamp(y0, this.rows); row <= clamp(y1, this.rows); row++) {
      for (let column = clamp(x0, this.columns); column <= clamp(x1, this.columns); column++) {
        yield row * this.columns + column;
      }
    }
  }
}
