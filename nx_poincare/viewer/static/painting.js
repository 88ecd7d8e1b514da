// The picture: disk, edges, dots, marks and names of what is visible, on a surface.
"use strict";

const COLOURS = 8; // of levels, in the style sheet
const STROKES = [ // of edges, in pixels; the first are leaves in a crowd
  { width: 0.4, alpha: 0.16 }, { width: 0.5, alpha: 0.4 }, { width: 0.9, alpha: 0.52 }, { width: 1.5, alpha: 0.64 },
  { width: 2.4, alpha: 0.76 },
];
const CROWD = 40; // children from which on edges get thinner
const NAMED = { near: 14, child: 4 }; // pixels that a node, or a child of the selected one, has for its name
const CURVED_FROM = 14; // pixels; shorter edges are straight
const RIM_SHRINK = 0.2;
const MOST_QUIET = 400; // second-parent edges

class Painting {
  constructor(tree) {
    this.tree = tree;
    this.labels = new Labels(tree);
    this.deepest = tree.levels.reduce((most, level) => Math.max(most, level), 1);
    this.logSize = Math.log2(Math.max(tree.size, 2));
    this.readTheme();
  }

  /** Colours from the style sheet, which knows light and dark. */
  readTheme() {
    const style = getComputedStyle(document.documentElement);
    const read = (name) => style.getPropertyValue(`--${name}`).trim();
    this.theme = { paper: read("paper"), disk: read("disk"), rim: read("rim"), ink: read("ink"),
      accent: read("accent"), quiet: read("quiet") };
    this.ramp = Array.from({ length: COLOURS }, (_, i) => read(`level-${i}`));
  }

  /** Paint; gives the nodes in pixels, for hovering. `frame` has width, height, x, y, radius. */
  paint(surface, visible, frame, { selected, hovered }) {
    const { theme } = this;
    surface.fill(frame.width, frame.height, theme.paper);
    surface.disk(frame.x, frame.y, frame.radius, { fill: theme.disk, stroke: theme.rim, width: 1 });
    if (visible.count === 0) return [];
    this._quietEdges(surface, visible, frame, selected);
    this._edges(surface, visible, frame);
    this._wayHome(surface, visible, frame, selected);
    const nodes = this._dots(surface, visible, frame, selected);
    this._marks(surface, visible, nodes, selected, hovered);
    this._names(surface, nodes, frame, selected, hovered);
    return nodes;
  }

  _colour(row) {
    return Math.min(Math.floor((this.tree.levels[row] / this.deepest) * COLOURS), COLOURS - 1);
  }

  /** How large a node looks, of 1. Points of an embedding are nearly all at the rim, and yet to be clicked. */
  _prominence(scale) {
    return this.tree.ownPlaces ? scale ** RIM_SHRINK : scale;
  }

  /** Tree edges, gathered by colour and width so that each group is one stroke. */
  _edges(surface, visible, frame) {
    const groups = new Map();
    const loose = [];
    for (let slot = visible.count - 1; slot >= 0; slot--) {
      const row = visible.rows[slot], parent = this.tree.parents[row];
      const above = parent < 0 ? -1 : visible.slots[parent];
      if (above < 0) continue;
      if (this.tree.loose.has(row)) {
        edgeInto(loose, visible, frame, above, slot, true);
        continue;
      }
      const stroke = this._stroke(row, Math.max(visible.scale[slot], visible.scale[above]));
      const key = this._colour(row) * STROKES.length + stroke;
      if (!groups.has(key)) groups.set(key, { curves: [], lines: [] });
      const group = groups.get(key);
      const curved = isLong(visible, frame, above, slot);
      edgeInto(curved ? group.curves : group.lines, visible, frame, above, slot, curved);
    }
    if (loose.length) surface.curves(loose, { colour: this.theme.rim, width: 0.7, alpha: 0.8, dash: [1, 4] });
    for (const key of [...groups.keys()].sort((a, b) => (a % STROKES.length) - (b % STROKES.length) || a - b)) {
      const style = { colour: this.ramp[Math.floor(key / STROKES.length)], ...STROKES[key % STROKES.length] };
      const { curves, lines } = groups.get(key);
      if (curves.length) surface.curves(curves, style);
      if (lines.length) surface.lines(lines, style);
    }
  }

  /** Index of the stroke of the edge to a row: thick for large subtrees and near the middle, thin in a crowd. */
  _stroke(row, scale) {
    const { tree } = this;
    const crowd = Math.min(1, CROWD / tree.childCounts[tree.parents[row]]) ** 0.35;
    if (crowd < 1 && tree.subtreeSizes[row] === 1) return 0;
    const share = Math.log2(tree.subtreeSizes[row]) / this.logSize;
    return Math.min(1 + Math.floor(scale ** 0.5 * (0.5 + 0.5 * share) * 4.5 * crowd), STROKES.length - 1);
  }

  /** Second parents: thin and dashed; those of the selected node stand out. */
  _quietEdges(surface, visible, frame, selected) {
    const { others } = this.tree;
    const near = [], own = [];
    for (let i = 0; i < others.length; i += 2) {
      const above = visible.slots[others[i]], below = visible.slots[others[i + 1]];
      if (above < 0 || below < 0) continue;
      if (others[i] === selected || others[i + 1] === selected) edgeInto(own, visible, frame, above, below, true);
      else if (isLong(visible, frame, above, below)) {
        near.push({ above, below, scale: visible.scale[above] + visible.scale[below] });
      }
    }
    const quiet = [];
    near.sort((a, b) => b.scale - a.scale);
    for (const { above, below } of near.slice(0, MOST_QUIET)) edgeInto(quiet, visible, frame, above, below, true);
    const crowd = Math.min(1, 60 / Math.max(near.length, 1)) ** 0.4;
    if (quiet.length) surface.curves(quiet, { colour: this.theme.quiet, width: 0.8, alpha: 0.5 * crowd, dash: [4, 4] });
    if (own.length) surface.curves(own, { colour: this.theme.quiet, width: 1.6, dash: [5, 4] });
  }

  /** The tree path from the selected node to the root. */
  _wayHome(surface, visible, frame, selected) {
    const way = [];
    for (let row = selected; row >= 0 && this.tree.parents[row] >= 0; row = this.tree.parents[row]) {
      const slot = visible.slots[row], above = visible.slots[this.tree.parents[row]];
      if (slot >= 0 && above >= 0) edgeInto(way, visible, frame, above, slot, true);
    }
    if (way.length) surface.curves(way, { colour: this.theme.accent, width: 1.8, alpha: 0.75 });
  }

  /** Gives the nodes that are large enough to be clicked, the children of the selected one in any case. */
  _dots(surface, visible, frame, selected) {
    const groups = Array.from({ length: COLOURS }, () => []);
    const nodes = [];
    const zoom = Math.min(Math.max(frame.radius / 380, 0.7), 1.6);
    for (let slot = visible.count - 1; slot >= 0; slot--) {
      const row = visible.rows[slot], scale = this._prominence(visible.scale[slot]);
      const x = frame.x + frame.radius * visible.x[slot], y = frame.y - frame.radius * visible.y[slot];
      if (x < -8 || y < -8 || x > frame.width + 8 || y > frame.height + 8) continue;
      const share = Math.log2(this.tree.subtreeSizes[row]) / this.logSize;
      const least = this.tree.parents[row] === selected ? 1.2 : 0.55;
      const size = Math.max(zoom * (2.6 + 5 * share) * scale ** 0.55, least);
      groups[this._colour(row)].push(x, y, size);
      if (size > 1) nodes.push({ row, x, y, size, scale });
    }
    for (let i = COLOURS - 1; i >= 0; i--) if (groups[i].length) surface.dots(groups[i], { colour: this.ramp[i] });
    return nodes;
  }

  /** The selected node has a ring and a full dot, the one under the pointer a thin ring. */
  _marks(surface, visible, nodes, selected, hovered) {
    for (const node of nodes) {
      if (node.row === selected) {
        surface.disk(node.x, node.y, node.size + 4.5, { stroke: this.theme.accent, width: 2.2 });
        surface.disk(node.x, node.y, node.size + 0.5, { fill: this.theme.accent });
      } else if (node.row === hovered) {
        surface.disk(node.x, node.y, node.size + 3, { stroke: this.theme.ink, width: 1.2 });
      }
    }
  }

  _names(surface, nodes, frame, selected, hovered) {
    const always = new Map([[hovered, 1], [selected, 0]]);
    const room = (row) => (this.tree.parents[row] === selected ? NAMED.child : NAMED.near);
    const near = nodes.filter((node) => node.scale * frame.radius > room(node.row) || always.has(node.row));
    const placed = this.labels.place(near, { width: frame.width, height: frame.height, always, centreX: frame.x });
    for (const label of placed.reverse()) {
      const chosen = label.row === selected, marked = chosen || label.row === hovered;
      surface.text(label.text, label.x, label.y, {
        size: chosen ? Math.max(label.size, 13) : label.size, halo: this.theme.disk, colour: this.theme.ink,
        weight: chosen ? 650 : 400, alpha: marked ? 1 : Math.min(1, 0.55 + 0.6 * label.scale),
      });
    }
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
