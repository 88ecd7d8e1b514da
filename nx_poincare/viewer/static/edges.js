// Lines of the picture: tree edges, second parents, and the ways that are marked.
"use strict";

const STROKES = [ // of edges, in pixels; the first are leaves in a crowd
  { width: 0.5, alpha: 0.4 }, { width: 0.5, alpha: 0.45 }, { width: 0.9, alpha: 0.55 }, { width: 1.5, alpha: 0.66 },
  { width: 2.4, alpha: 0.78 },
];
const CROWD = 40; // children from which on edges get thinner
const CURVED_FROM = 14; // pixels; shorter edges are straight
const MOST_OWN = 200; // second-parent edges of one node, the nearest
const MANY_OWN = 12; // from here on they get thinner
const MOST_QUIET = 300; // of all others, where the reader asks for them
const MOST_BENDS = 900; // curves that all of these together have
const DASH = [5, 4];
const QUIET = { width: 1.1, alpha: 0.85 }; // thin, and yet of a contrast of 3 : 1
const TIED = 0.8; // how far a bundled edge follows the tree

class Edges {
  constructor(tree, colouring) {
    this.tree = tree;
    this.colouring = colouring;
  }

  /** Tree edges, gathered by colour and width so that each group is one stroke. */
  paintTree(surface, visible, frame) {
    const { tree, colouring } = this;
    const groups = new Map(), loose = [];
    for (let slot = visible.count - 1; slot >= 0; slot--) {
      const row = visible.rows[slot], parent = tree.parents[row];
      const above = parent < 0 ? -1 : visible.slots[parent];
      if (above < 0) continue;
      if (tree.loose.has(row)) {
        edgeInto(loose, visible, frame, above, slot, true);
        continue;
      }
      const stroke = this._stroke(row, Math.max(visible.scale[slot], visible.scale[above]));
      const key = colouring.indices[row] * STROKES.length + stroke;
      if (!groups.has(key)) groups.set(key, { curves: [], lines: [] });
      const group = groups.get(key), curved = isLong(visible, frame, above, slot);
      edgeInto(curved ? group.curves : group.lines, visible, frame, above, slot, curved);
    }
    if (loose.length) surface.curves(loose, { colour: colouring.theme.rim, width: 0.7, alpha: 0.8, dash: [1, 4] });
    for (const key of [...groups.keys()].sort((a, b) => (a % STROKES.length) - (b % STROKES.length) || a - b)) {
      const style = { colour: colouring.colour(Math.floor(key / STROKES.length)), ...STROKES[key % STROKES.length] };
      const { curves, lines } = groups.get(key);
      if (curves.length) surface.curves(curves, style);
      if (lines.length) surface.lines(lines, style);
    }
  }

  /** Index of the stroke of the edge to a row: thick for large subtrees and near the middle, thin in a crowd. */
  _stroke(row, scale) {
    const { tree } = this;
    const crowd = Math.min(1, CROWD / tree.childCounts[tree.parents[row]]) ** 0.35;
    if (tree.folded.has(row) || (crowd < 1 && tree.subtreeSizes[row] === 1)) return 0;
    const share = Math.log2(tree.subtreeSizes[row]) / this.colouring.logSize;
    return Math.min(1 + Math.floor(scale ** 0.5 * (0.5 + 0.5 * share) * 4.5 * crowd), STROKES.length - 1);
  }

  /** Second parents: those of a node, and all where they are asked for, bundled along the tree. */
  paintSecondParents(surface, visible, frame, { selected, hovered, all }) {
    const { theme } = this.colouring;
    const own = [];
    for (const row of new Set([selected, hovered])) {
      if (row >= 0) this._ownInto(own, visible, frame, row);
    }
    if (all) {
      const quiet = this._quiet(visible, frame);
      if (quiet.length) surface.curves(quiet, { colour: theme.quiet, ...QUIET });
    }
    const crowd = Math.min(1, (8 * MANY_OWN) / Math.max(own.length, 1)) ** 0.5;
    if (own.length) surface.curves(own, { colour: theme.quiet, width: 0.6 + 1.1 * crowd, alpha: 0.45 + 0.55 * crowd, dash: DASH });
  }

  _ownInto(own, visible, frame, row) {
    const slot = visible.slots[row];
    if (slot < 0) return;
    const seen = this.tree.guests(row).map((other) => visible.slots[other]).filter((other) => other >= 0);
    if (seen.length > MOST_OWN) seen.sort((a, b) => visible.scale[b] - visible.scale[a]).splice(MOST_OWN);
    for (const other of seen) edgeInto(own, visible, frame, other, slot, true);
  }

  /** The nearest of all in view, found from the visible rows, and no more than a budget. */
  _quiet(visible, frame) {
    const { otherParents } = this.tree;
    const found = [];
    for (let slot = 0; slot < visible.count && found.length < 4 * MOST_QUIET; slot++) {
      for (const parent of otherParents.get(visible.rows[slot]) ?? []) {
        const above = visible.slots[parent];
        if (above >= 0 && isLong(visible, frame, above, slot)) {
          found.push({ above, slot, scale: visible.scale[above] + visible.scale[slot] });
        }
      }
    }
    const curves = [];
    found.sort((a, b) => b.scale - a.scale);
    for (const { above, slot } of found.slice(0, MOST_QUIET)) {
      if (curves.length < 8 * MOST_BENDS) this._bundledInto(curves, visible, frame, above, slot);
    }
    return curves;
  }

  /** An edge that leaves the straight way for the tree's, as in Holten, "Hierarchical edge bundles", 2006. */
  _bundledInto(curves, visible, { x, y, radius }, above, slot) {
    const way = this.tree.wayInTree(visible.rows[above], visible.rows[slot]).map((row) => visible.slots[row]).filter((each) => each >= 0);
    const points = way.map((each, i) => {
      const share = i / Math.max(way.length - 1, 1);
      const on = (list) => TIED * list[each] + (1 - TIED) * ((1 - share) * list[above] + share * list[slot]);
      return [x + radius * on(visible.x), y - radius * on(visible.y)];
    });
    if (points.length > 1) splineInto(curves, points);
  }

  /** A way of rows, each an edge to the next. */
  paintWay(surface, visible, frame, rows, style) {
    const numbers = [];
    for (let i = 1; i < rows.length; i++) {
      const a = visible.slots[rows[i - 1]], b = visible.slots[rows[i]];
      if (a >= 0 && b >= 0) edgeInto(numbers, visible, frame, a, b, true);
    }
    if (numbers.length) surface.curves(numbers, style);
  }
}

function isLong(visible, frame, a, b) {
  return Math.abs(visible.x[a] - visible.x[b]) + Math.abs(visible.y[a] - visible.y[b]) > CURVED_FROM / frame.radius;
}

const HANDLES = new Float64Array(4);

/** Append an edge in pixels; y grows downwards there. */
function edgeInto(numbers, visible, { x, y, radius }, a, b, curved) {
  const px = visible.x[a], py = visible.y[a], qx = visible.x[b], qy = visible.y[b];
  numbers.push(x + radius * px, y - radius * py);
  if (curved) {
    Hyperbolic.geodesicHandles(HANDLES, 0, px, py, qx, qy);
    numbers.push(x + radius * HANDLES[0], y - radius * HANDLES[1], x + radius * HANDLES[2], y - radius * HANDLES[3]);
  }
  numbers.push(x + radius * qx, y - radius * qy);
}

/** A uniform cubic B-spline that begins at the first point and ends at the last, as Bézier curves. */
function splineInto(curves, points) {
  const p = [points[0], points[0], ...points, points[points.length - 1], points[points.length - 1]];
  const mean = (a, b, share) => [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
  for (let i = 1; i + 2 < p.length; i++) {
    const one = mean(p[i], p[i + 1], 1 / 3), two = mean(p[i], p[i + 1], 2 / 3);
    const start = mean(mean(p[i - 1], p[i], 2 / 3), one, 0.5), end = mean(two, mean(p[i + 1], p[i + 2], 1 / 3), 0.5);
    curves.push(...start, ...one, ...two, ...end);
  }
}
