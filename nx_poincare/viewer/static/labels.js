// Which names are written where: the nearest and largest first, none over another, and each so that
// the dot nearest to it is its own. Where that cannot be, a line leads to the dot.
"use strict";

const FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
const MOST_LABELS = 90;
const TRIED_LABELS = 320;
const MOST_LEADERS = 10;
const TRIED_LEADERS = 30; // names for which a line is sought in vain, until it is given up for all but those that are needed
const KEPT_BONUS = 1.35; // of names written before, so that they do not flicker
const GAP = 4; // pixels from a dot to its name
const LIKE = 0.5; // a dot at least as large as this share of a name's own can be taken for it
const CLEAR = 3; // pixels that the next dot is farther away than the own one
const LEADERS = [16, 28, 42]; // pixels

class Labels {
  constructor(tree) {
    this.tree = tree;
    this.shown = new Set();
    this.ruler = document.createElement("canvas").getContext("2d");
    this.ruler.font = `100px ${FONT}`;
    this.forget();
  }

  /** Labels have changed. */
  forget() {
    this.texts = new Map();
    this.widths = new Map();
  }

  /**
   * Place names of some of the visible nodes.
   *
   * `nodes` has row, x, y, size (of the dot) and scale, in pixels, of all dots; `wanted` are those to name; `always` are
   * rows that come first; `centre` is the middle of the disk. Gives text, x, y (left end and middle line), font size, box, row, and the line that leads
   * to the dot, or null.
   */
  place(nodes, wanted, { width, height, always, centre }) {
    const sorted = wanted
      .map((node) => ({ node, rank: this._rank(node, always) }))
      .sort((a, b) => b.rank - a.rank || a.node.row - b.node.row)
      .slice(0, TRIED_LABELS);
    this.taken = new Boxes(width, height);
    this.dots = new Boxes(width, height);
    for (const node of nodes) this.dots.add(dotBox(node), node.row, node.size);
    for (const { node } of sorted) if (node.size > 2.5) this.taken.add(dotBox(node), node.row);
    this.leaders = this.withoutLeader = 0;
    const placed = [], area = { width, height, centre };
    for (const { node } of sorted) {
      if (placed.length === MOST_LABELS) break;
      const label = this._placed(node, area, always.has(node.row));
      if (label === null) continue;
      this.taken.add(label.box, node.row);
      placed.push(label);
    }
    this.shown = new Set(placed.map((label) => label.row));
    return placed;
  }

  _rank({ row, scale }, always) {
    if (always.has(row)) return 1e6 - always.get(row);
    const rank = scale * (1 + 0.35 * Math.log2(this.tree.subtreeSizes[row]));
    return this.shown.has(row) ? rank * KEPT_BONUS : rank;
  }

  _placed(node, area, isNeeded) {
    const text = this._text(node.row);
    if (text === "") return null;
    const size = Math.min(11 + 4 * node.scale, 15);
    const long = (this._width(node.row, text) * size) / 100;
    const label = { text, size, row: node.row, scale: node.scale, leader: null };
    const beside = this._best(node, placesAround(node, long, size * 1.2, GAP, area.centre), long, size, area, { isNeeded });
    if (beside.isOwn) return { ...label, ...beside.place };
    if (isNeeded || (this.leaders < MOST_LEADERS && this.withoutLeader < TRIED_LEADERS)) {
      for (const away of LEADERS) {
        const places = placesAround(node, long, size * 1.2, away, area.centre);
        const far = this._best(node, places, long, size, area, { isLed: true });
        if (far.place === null) continue;
        const leader = leaderTo(far.place.box, node), around = boxOf(leader);
        if (this.taken.hits(around, node.row) || this.dots.gapToOthers(around, node.row, 1, CLEAR, CLEAR) < CLEAR) continue;
        this.taken.add(around, node.row);
        this.leaders += 1;
        return { ...label, ...far.place, leader };
      }
      this.withoutLeader += 1;
    }
    return isNeeded && beside.place ? { ...label, ...beside.place } : null;
  }

  /**
   * The best of some places: where no other dot is nearer, and others are far; null where something is in the way of all.
   * One where another dot is nearer is of use only to names that are needed, and to those with a line.
   */
  _best(node, places, long, size, { width, height }, { isLed = false, isNeeded = isLed }) {
    let best = null, most = -Infinity;
    places.forEach(([x, y], i) => {
      const box = [x - 2, y - size * 0.6, x + long + 2, y + size * 0.6];
      const isInside = box[0] >= 0 && box[1] >= 0 && box[2] <= width && box[3] <= height;
      if (!isInside || this.taken.hits(box, node.row)) return;
      const own = isLed ? GAP : gapToDot(box, { box: dotBox(node), size: node.size });
      const better = most + 1.2 * i; // how clear it must be to be better than the best so far
      const wanted = best?.isOwn ? Math.max(CLEAR, better) : isNeeded ? Math.min(CLEAR, better) : CLEAR;
      const clear = this.dots.gapToOthers(box, node.row, Math.max(LIKE * node.size, 1), 16, own + wanted) - own;
      if (clear < wanted) return;
      const worth = Math.min(clear, 8) - 1.2 * i;
      const isOwn = clear >= CLEAR;
      if (best === null || (isOwn ? 1 : 0) > (best.isOwn ? 1 : 0) || (isOwn === best.isOwn && worth > most)) {
        [best, most] = [{ isOwn, place: { x, y, box } }, worth];
      }
    });
    return best ?? { isOwn: false, place: null };
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

const SIDES = [[1, 0], [-1, 0], [0, 1], [0, -1], [0.7, 0.7], [0.7, -0.7], [-0.7, 0.7], [-0.7, -0.7]];

/** Left ends and middle lines around a dot, the side that looks away from the middle of the disk first. */
function placesAround(node, long, high, gap, [centreX, centreY]) {
  const away = node.size + gap, out = Math.hypot(node.x - centreX, node.y - centreY);
  const [ox, oy] = out > 1 ? [(node.x - centreX) / out, (node.y - centreY) / out] : [1, 0];
  const liking = ([x, y]) => x * ox + y * oy + (y === 0 ? 0.25 : 0); // beside a dot is read best
  return [...SIDES].sort((a, b) => liking(b) - liking(a)).map(([x, y]) => {
    const left = x === 0 ? node.x - long / 2 : x > 0 ? node.x + away * x : node.x + away * x - long;
    return [left, node.y + away * y + (y === 0 ? 0 : (Math.sign(y) * high) / (x === 0 ? 2 : 3))];
  });
}

/** From the nearest point of a box to the edge of a dot: four numbers. */
function leaderTo([x0, y0, x1, y1], { x, y, size }) {
  const px = Math.min(Math.max(x, x0), x1), py = Math.min(Math.max(y, y0), y1);
  const long = Math.max(Math.hypot(px - x, py - y), 1e-9), share = Math.min((size + 1) / long, 1);
  return [px, py, x + (px - x) * share, y + (py - y) * share];
}

/** The box around a line. */
const boxOf = ([x0, y0, x1, y1]) => [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)];
