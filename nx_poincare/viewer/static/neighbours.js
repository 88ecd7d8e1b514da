// Which nodes are nearest to one, by the points of an embedding.
"use strict";

class Neighbours {
  constructor(tree, points) {
    this.tree = tree;
    this.dimensions = points ? points.dim : 0; // 0: there is no embedding
    if (points) this._readPoints(decoded(points.radii), points.angles ? this._turned(decoded(points.angles)) : decoded(points.differences));
  }

  /** Differences of directions in the plane, from the angles between a row and its parent in the tree. */
  _turned(angles) {
    const { parents, size } = this.tree, at = new Float64Array(size), differences = new Float64Array(2 * size);
    for (let v = 0; v < size; v++) {
      const p = parents[v], from = p < 0 ? 0 : at[p], middle = from + angles[v] / 2, half = Math.sin(angles[v] / 2);
      at[v] = from + angles[v];
      differences[2 * v] = p < 0 ? Math.cos(at[v]) : -2 * Math.sin(middle) * half;
      differences[2 * v + 1] = p < 0 ? Math.sin(at[v]) : 2 * Math.cos(middle) * half;
    }
    return differences;
  }

  /** Directions are held as differences from the tree parent's. */
  _readPoints(radii, differences) {
    const { dimensions, tree } = this;
    Object.assign(this, { radii, differences });
    this.spreads = Float64Array.from(radii, (radius) => Math.sqrt(Math.sinh(radius)));
    this.directions = Float64Array.from(differences);
    for (let v = 1; v < tree.size; v++) {
      const own = v * dimensions, parents = tree.parents[v] * dimensions;
      for (let i = 0; i < dimensions; i++) this.directions[own + i] += this.directions[parents + i];
    }
  }

  /** Rows and their hyperbolic distances, nearest first; none without an embedding. */
  nearest(row, count) {
    if (!this.dimensions || !this.tree.isNode(row)) return [];
    const found = [];
    for (let v = 0; v < this.tree.size; v++) {
      if (v === row || !this.tree.isNode(v)) continue;
      const away = this._sinhOfHalf(row, v);
      if (found.length === count && away >= found[count - 1].away) continue;
      const place = found.findIndex((other) => other.away > away);
      found.splice(place < 0 ? found.length : place, 0, { row: v, away });
      if (found.length > count) found.pop();
    }
    return found.map(({ row: v, away }) => ({ row: v, away: 2 * Math.asinh(away) }));
  }

  distance(u, v) {
    return 2 * Math.asinh(this._sinhOfHalf(u, v));
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
}
