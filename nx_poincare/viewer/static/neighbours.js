// Which nodes are nearest to one: by the points of an embedding, or on the map where there is none.
"use strict";

const EDGES_AWAY = 5; // on the map: whatever is near is that near in the tree
const MOST_VISITED = 4000;

class Neighbours {
  constructor(tree, points) {
    this.tree = tree;
    this.dimensions = points ? points.dim : 0; // 0: there is no embedding
    if (points) this._readPoints(decoded(points.radii), decoded(points.differences));
  }

  /** Directions are held as differences from the tree parent's. */
  _readPoints(radii, differences) {
    const { dimensions, tree } = this;
    this.radii = radii;
    this.spreads = Float64Array.from(radii, (radius) => Math.sqrt(Math.sinh(radius)));
    this.directions = Float64Array.from(differences);
    for (let v = 1; v < tree.size; v++) {
      const own = v * dimensions, parents = tree.parents[v] * dimensions;
      for (let i = 0; i < dimensions; i++) this.directions[own + i] += this.directions[parents + i];
    }
  }

  /** Rows and their hyperbolic distances, nearest first. */
  nearest(row, count) {
    return this.dimensions ? this._inEmbedding(row, count) : this._onMap(row, count);
  }

  _inEmbedding(row, count) {
    const found = [];
    for (let v = this.tree.ownRoot ? 0 : 1; v < this.tree.size; v++) {
      const away = v === row ? Infinity : this._sinhOfHalf(row, v);
      if (found.length === count && away >= found[count - 1].away) continue;
      if (away === Infinity) continue;
      const place = found.findIndex((other) => other.away > away);
      found.splice(place < 0 ? found.length : place, 0, { row: v, away });
      if (found.length > count) found.pop();
    }
    return found.map(({ row: v, away }) => ({ row: v, away: 2 * Math.asinh(away) }));
  }

  /** sinh(d / 2), by the law of cosines written so that nothing cancels. */
  _sinhOfHalf(u, v) {
    const { dimensions, directions } = this;
    let gap = 0;
    for (let i = 0; i < dimensions; i++) {
      const part = directions[u * dimensions + i] - directions[v * dimensions + i];
      gap += part * part;
    }
    const along = Math.sinh((this.radii[u] - this.radii[v]) / 2);
    const across = (this.spreads[u] * this.spreads[v] * Math.sqrt(gap)) / 2;
    return Math.sqrt(along * along + across * across);
  }

  /** Those that are neither above nor directly below. */
  _onMap(row, count) {
    const { tree } = this;
    const skipped = new Set([...tree.path(row), ...tree.graphChildren(row), ...tree.ancestors(row)]);
    const found = [];
    const waiting = [{ row, from: -1, motion: Hyperbolic.identity(), edges: 0 }];
    for (let head = 0; head < waiting.length && head < MOST_VISITED; head++) {
      const here = waiting[head];
      if (!skipped.has(here.row)) found.push({ row: here.row, away: Hyperbolic.length(here.motion) });
      if (here.edges < EDGES_AWAY) waiting.push(...this._around(here));
    }
    found.sort((a, b) => a.away - b.away || a.row - b.row);
    return found.slice(0, count);
  }

  /** The next nodes on the map, but for the one that we come from. */
  _around({ row, from, motion, edges }) {
    return this.tree.links(row).filter((link) => link.row !== from).map((link) => ({
      row: link.row, from: row, motion: Hyperbolic.compose(motion, link.motion), edges: edges + 1,
    }));
  }
}
