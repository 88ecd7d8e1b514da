// Where one looks: a motion from the frame of a node near the middle, and a magnification.
//
// No absolute position is kept. Whenever the middle comes nearer to another node, the view is
// expressed in that node's frame, by the tree's own motions, which never change: so nothing
// degrades on a long way, and the view of a node is the same by whatever way one came.
"use strict";

const LONGEST_STEP = 1.5; // of a flight in one frame, in hyperbolic units
const LONGEST_FLIGHT = 100; // beyond, one jumps
const LARGEST_ZOOM = 12;
const FARTHEST = 4; // hyperbolic units from the middle to the nearest node that one can drag

class View {
  constructor(tree) {
    this.tree = tree;
    this.zoom = 1;
    this.flight = null;
    this.farthest = Math.max(FARTHEST, tree.longestStep); // long edges are to be crossed
    this.lookAt(0);
  }

  /** The view of a node: it stands in the middle, the root in the direction it was left by. That of the root is the whole disk. */
  lookAt(node) {
    this.flight = null;
    this.anchor = node;
    this.motion = node === 0 ? this.tree.rootMotion : Hyperbolic.rotation(this.tree.turnFromRoot(node));
  }

  /** Drag a point of the disk to another, but not away from a tree that is far: there is nothing to be seen. */
  drag(from, to) {
    this.flight = null;
    const before = { row: this.anchor, motion: this.motion };
    this._move(Hyperbolic.translationBetween(from, to));
    const away = Hyperbolic.length(this.motion);
    if (away > this.farthest && away > Hyperbolic.length(before.motion)) this._anchorAt(before);
  }

  /** Magnify by a factor, keeping what is at a point of the disk where it is on the screen. */
  magnify(factor, point) {
    const zoom = Math.min(Math.max(this.zoom * factor, 1), LARGEST_ZOOM);
    const scale = this.zoom / zoom;
    this.zoom = zoom;
    if (point && scale !== 1) this.drag(point, held([point[0] * scale, point[1] * scale]));
  }

  /** Come nearer to a node by at most a length; gives what is left of it when one is there. */
  approach(node, most) {
    this.flight = null;
    const { motion, length } = this._towards(node);
    if (motion === null) return 0;
    const step = Math.min(length, most);
    if (step > 0) this._move(Hyperbolic.translation(-step, Hyperbolic.direction(motion)));
    return most - step;
  }

  /** Start to fly to a node; without motion, be there. */
  flyTo(node, { still = false } = {}) {
    const { length } = this._towards(node);
    if (still || length > LONGEST_FLIGHT) return this.lookAt(node);
    const milliseconds = Math.min(250 + 220 * Math.log1p(length), 1100);
    this.flight = { node, milliseconds, progress: 0 };
  }

  /** One frame of the flight; whether it goes on. */
  advance(elapsed) {
    if (!this.flight) return false;
    const { node, milliseconds, progress } = this.flight;
    const next = Math.min(progress + Math.min(elapsed, 40) / milliseconds, 1);
    const share = (eased(next) - eased(progress)) / (1 - eased(progress));
    const { motion, length } = this._towards(node);
    const step = Math.min(share * length, LONGEST_STEP);
    if (next === 1 && length <= LONGEST_STEP) {
      this.lookAt(node);
      return false;
    }
    const missing = Hyperbolic.wrapped(this.tree.turnFromRoot(node) - Hyperbolic.turn(motion));
    const turned = Hyperbolic.rotation(missing * (length > 0 ? step / length : share));
    this._move(Hyperbolic.compose(turned, Hyperbolic.translation(-step, Hyperbolic.direction(motion))));
    this.flight.progress = next < 1 ? next : progress;
    return true;
  }

  _towards(node) {
    const { motion, length } = this.tree.relative(this.anchor, node);
    if (motion === null) return { motion, length };
    const goal = node === 0 ? Hyperbolic.compose(motion, Hyperbolic.inverse(this.tree.rootMotion)) : motion;
    const seen = Hyperbolic.compose(this.motion, goal);
    return { motion: seen, length: Hyperbolic.length(seen) };
  }

  /** Move, and speak in the frame of a node near the middle. */
  _move(motion) {
    this.motion = Hyperbolic.normalised(Hyperbolic.compose(motion, this.motion));
    if (this.tree.wedges) this._anchorByWedges();
    this._anchorByDistance();
  }

  /** The node whose wedge the middle is in, and no child's; or the child whose sector it is in, if that is nearer. */
  _anchorByWedges() {
    const { tree } = this;
    while (!this._isBeyondAnchor()) this._anchorAt(this._link(tree.parents[this.anchor], tree.up, this.anchor));
    for (let isBeyond = true; isBeyond; ) {
      const child = tree.childTowards(this.anchor, this._directionFromAnchor());
      if (child < 0) return;
      const parent = { row: this.anchor, motion: this.motion };
      this._anchorAt(this._link(child, tree.down, child));
      isBeyond = this._isBeyondAnchor();
      if (!isBeyond && Hyperbolic.length(parent.motion) < Hyperbolic.length(this.motion)) this._anchorAt(parent);
    }
  }

  _directionFromAnchor() {
    return Hyperbolic.direction(Hyperbolic.inverse(this.motion));
  }

  _isBeyondAnchor() {
    return this.anchor === 0 || Math.abs(this._directionFromAnchor()) <= this.tree.wedges[this.anchor];
  }

  /** Walk along the tree as long as that leads nearer to the middle. */
  _anchorByDistance() {
    const { tree } = this;
    const seen = [0, 0, 0, 0];
    for (let nearest = sizeOf(this.motion), best = null; ; best = null) {
      const look = (row, motions, at) => {
        Hyperbolic.composeInto(seen, 0, this.motion, 0, motions, 4 * at);
        const away = sizeOf(seen);
        if (away < nearest - 1e-9) [nearest, best] = [away, { row, motion: [...seen] }];
      };
      const last = tree.firstChild[this.anchor] + tree.childCounts[this.anchor];
      if (tree.parents[this.anchor] >= 0) look(tree.parents[this.anchor], tree.up, this.anchor);
      for (let child = tree.firstChild[this.anchor]; child < last; child++) look(child, tree.down, child);
      if (best === null) return;
      this._anchorAt(best);
    }
  }

  /** A row as seen from the middle, by a motion of the tree between it and the anchor. */
  _link(row, motions, at) {
    return { row, motion: Hyperbolic.compose(this.motion, motionAt(motions, at)) };
  }

  _anchorAt({ row, motion }) {
    this.anchor = row;
    this.motion = motion;
  }
}

/** Grows with how far a motion moves the origin. */
const sizeOf = (motion) => Math.hypot(motion[2], motion[3]);

const eased = (t) => (t < 0.5 ? 2 * t * t : 1 - 2 * (1 - t) ** 2);

/** A point that is well inside the disk, so that dragging the rim does not leap. */
function held([x, y]) {
  const size = Math.hypot(x, y);
  const scale = size > 0.97 ? 0.97 / size : 1;
  return [x * scale, y * scale];
}
