// What can be seen from here: the tree is walked outward from the middle, and a subtree that is
// smaller than a pixel is not entered.
"use strict";

// What lies beyond a node, in radii of the disk and shares of the node's scale. The half-plane beyond
// it is seen as wide as its scale; a wedge of half-angle 1.9 is 1.4 times as wide, and the rest is for
// nodes that one does not come upon straight.
const REACH = 2;
const ANYWHERE = 2; // radii of the disk: points of an embedding obey no such rule

class Visible {
  constructor(tree) {
    this.tree = tree;
    this.rows = new Int32Array(0);
    this.motions = new Float64Array(0);
    this.slots = new Int32Array(tree.size).fill(-1); // of each row in the lists below, or -1
    this.count = 0;
  }

  /**
   * Fill `rows`, `x`, `y` (in the disk), `scale` (1 in the middle, 0 on the rim).
   *
   * `radius` is that of the disk in pixels, `halfWidth` and `halfHeight` those of the window in
   * radii of the disk; `finest` is the size in pixels from which a subtree is entered, `most` the
   * number of nodes at which the walk ends, the farthest left out. Rows in `always` come in any case.
   */
  update(view, { radius, halfWidth, halfHeight, finest, most, always }) {
    for (let i = 0; i < this.count; i++) this.slots[this.rows[i]] = -1;
    this.count = 0;
    if (this.tree.size === 0) return;
    const tree = this.tree;
    this._reserve(Math.min(most + always.length, tree.size));
    this.room = Math.min(most, tree.size);
    this.motions.set(view.motion, 0);
    this._add(view.anchor, -1);
    this._walk({ radius, halfWidth, halfHeight, finest });
    for (const row of always) if (this.slots[row] < 0) this._addFar(view, row);
  }

  _walk({ radius, halfWidth, halfHeight, finest }) {
    const { tree } = this;
    for (let head = 0; head < this.count; head++) {
      const reach = tree.ownPlaces ? ANYWHERE : REACH * this.scale[head];
      if (reach * radius < finest) continue;
      if (Math.abs(this.x[head]) - reach > halfWidth || Math.abs(this.y[head]) - reach > halfHeight) continue;
      const row = this.rows[head], from = this.from[head];
      const parent = tree.parents[row];
      if (parent >= 0 && parent !== from) this._enter(head, tree.up, row, parent);
      const last = tree.firstChild[row] + tree.childCounts[row];
      for (let child = tree.firstChild[row]; child < last; child++) {
        if (child !== from) this._enter(head, tree.down, child, child);
      }
    }
  }

  _reserve(room) {
    if (this.rows.length >= room) return;
    this.rows = new Int32Array(room);
    this.from = new Int32Array(room);
    this.motions = new Float64Array(4 * room);
    this.x = new Float64Array(room);
    this.y = new Float64Array(room);
    this.scale = new Float64Array(room);
  }

  _enter(head, motions, at, row) {
    if (this.count === this.room) return;
    Hyperbolic.composeInto(this.motions, 4 * this.count, this.motions, 4 * head, motions, 4 * at);
    this._add(row, this.rows[head]);
  }

  /** A row that the walk did not reach. */
  _addFar(view, row) {
    const { motion } = this.tree.relative(view.anchor, row);
    if (motion === null) return;
    this.motions.set(Hyperbolic.compose(view.motion, motion), 4 * this.count);
    this._add(row, -1);
  }

  /** The next slot, whose motion is written already. */
  _add(row, from) {
    const slot = this.count++, m = 4 * slot;
    const ar = this.motions[m], ai = this.motions[m + 1], br = this.motions[m + 2], bi = this.motions[m + 3];
    const size = ar * ar + ai * ai;
    this.rows[slot] = row;
    this.from[slot] = from;
    this.slots[row] = slot;
    this.x[slot] = (br * ar - bi * ai) / size;
    this.y[slot] = (bi * ar + br * ai) / size;
    this.scale[slot] = 1 / size; // 1 - |z|^2, without a difference
  }
}
