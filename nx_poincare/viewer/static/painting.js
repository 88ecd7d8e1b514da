// The picture: disk, edges, dots, marks and names of what is visible, on a surface.
"use strict";

const NAMED = { near: 14, child: 4 }; // pixels that a node, or a child of the selected one, has for its name
const RIM_SHRINK = 0.2;
const NOTHING = { nodes: [], labels: [] };

class Painting {
  constructor(tree, colouring, icons) {
    Object.assign(this, { tree, colouring, icons });
    this.edges = new Edges(tree, colouring);
    this.labels = new Labels(tree);
  }

  /**
   * Paint; gives the nodes in pixels and the names with their boxes, for the pointer. `frame` has width, height, x, y,
   * radius; `marked` has the rows that are selected and hovered (-1: none), the way to show and its top, and whether to
   * show all second parents.
   */
  paint(surface, visible, frame, marked) {
    const { theme } = this.colouring;
    surface.fill(frame.width, frame.height, theme.paper);
    surface.disk(frame.x, frame.y, frame.radius, { fill: theme.disk, stroke: theme.rim, width: 1 });
    if (visible.count === 0) return NOTHING;
    this.edges.paintTree(surface, visible, frame);
    this.edges.paintSecondParents(surface, visible, frame, marked);
    const home = this.tree.path(marked.selected);
    this.edges.paintWay(surface, visible, frame, home, { colour: theme.accent, width: 1.8, alpha: 0.75 });
    if (marked.way) this.edges.paintWay(surface, visible, frame, marked.way, { colour: theme.accent, width: 4.5, alpha: 0.9 });
    const nodes = this._dots(surface, visible, frame, marked);
    const pictured = this.icons.place(nodes, frame, new Set([marked.selected, marked.other, marked.hovered]));
    this._marks(surface, nodes, marked);
    this.icons.paint(surface, pictured, { theme, colourOf: (row) => this.colouring.colour(this.colouring.indices[row]) });
    return { nodes, labels: this._names(surface, nodes, frame, marked) };
  }

  /** How large a node looks, of 1. Points of an embedding are nearly all at the rim, and yet to be clicked. */
  _prominence(scale) {
    return this.tree.ownPlaces ? scale ** RIM_SHRINK : scale;
  }

  /** What a row is seen to hang from: at their points, rows that fold others are not there. */
  _above(row) {
    return this.tree.ownPlaces ? this.tree.nodeAbove(row) : this.tree.parents[row];
  }

  /** Gives the nodes that are large enough to be clicked, the children of the selected one in any case. */
  _dots(surface, visible, frame, { selected, way }) {
    const { colouring, tree } = this;
    const groups = Array.from({ length: OTHER + 1 }, () => []);
    const nodes = [], folded = [], onWay = new Set(way);
    const zoom = Math.min(Math.max(frame.radius / 380, 0.7), 1.6);
    for (let slot = visible.count - 1; slot >= 0; slot--) {
      const row = visible.rows[slot], scale = this._prominence(visible.scale[slot]);
      const x = frame.x + frame.radius * visible.x[slot], y = frame.y - frame.radius * visible.y[slot];
      if (tree.ownPlaces && tree.folded.has(row)) continue; // it is no point
      if (x < -8 || y < -8 || x > frame.width + 8 || y > frame.height + 8) continue;
      const least = onWay.has(row) ? 3 : this._above(row) === selected ? 1.2 : 0.55;
      const size = Math.max(zoom * (2.6 + 5 * colouring.shares[row]) * scale ** 0.55, least);
      if (tree.folded.has(row)) folded.push({ x, y, size });
      else groups[colouring.indices[row]].push(x, y, size);
      if (size > 1) nodes.push({ row, x, y, size, scale });
    }
    for (let i = OTHER; i >= 0; i--) if (groups[i].length) surface.dots(groups[i], { colour: colouring.colour(i) });
    const { theme } = colouring;
    for (const { x, y, size } of folded) surface.disk(x, y, size, { fill: theme.disk, stroke: theme.soft, width: 1.4 });
    return nodes;
  }

  /** The selected node has a ring and a full dot, the one under the pointer a thin ring, the top of a way a second one. */
  _marks(surface, nodes, { selected, hovered, other, top }) {
    const { theme } = this.colouring;
    for (const { row, x, y, size } of nodes) {
      if (row === selected || row === other) {
        surface.disk(x, y, size + 4.5, { stroke: theme.accent, width: 2.2 });
        surface.disk(x, y, size + 0.5, { fill: theme.accent });
      } else if (row === hovered) {
        surface.disk(x, y, size + 3, { stroke: theme.ink, width: 1.2 });
      }
      if (row === top) surface.disk(x, y, size + 8, { stroke: theme.accent, width: 1.4 });
    }
  }

  _names(surface, nodes, frame, marked) {
    const { selected, hovered, other, way = [], top } = marked;
    const { theme } = this.colouring;
    const always = new Map([[selected, 0], [other, 1], [top, 2], [hovered, 3], ...(way ?? []).map((row) => [row, 4])].reverse());
    const room = (row) => (this._above(row) === selected ? NAMED.child : NAMED.near);
    const ringed = (node) => (node.row === selected || node.row === other ? { ...node, size: node.size + 5 } : node);
    const wanted = nodes.map(ringed).filter((node) => node.scale * frame.radius > room(node.row) || always.has(node.row));
    const placed = this.labels.place(nodes, wanted, { width: frame.width, height: frame.height, always, centre: [frame.x, frame.y] });
    const leaders = placed.flatMap((label) => label.leader ?? []);
    if (leaders.length) surface.lines(leaders, { colour: theme.soft, width: 0.9 });
    for (const label of placed.slice().reverse()) {
      const isChosen = label.row === selected, isMarked = isChosen || always.has(label.row);
      surface.text(label.text, label.x, label.y, {
        size: label.size, halo: theme.disk, colour: theme.ink, weight: isChosen ? 650 : 400,
        alpha: isMarked ? 1 : Math.min(1, 0.66 + 0.5 * label.scale),
      });
    }
    return placed;
  }
}
