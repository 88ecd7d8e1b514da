// The hierarchy that the page holds: rows in breadth-first order, row 0 is the root.
"use strict";

class Tree {
  constructor(content) {
    this.title = content.title;
    this.total = content.total;
    this.ownRoot = content.ownRoot;
    this.names = content.names;
    this.size = this.names.length;
    this.levels = decoded(content.levels);
    this.childCounts = decoded(content.counts);
    this._readTree();
    this.ownPlaces = false; // whether nodes stand at points of an embedding, not as a tree likes
    this._readPlaces(content.places);
    this._readOthers(decoded(content.others), decoded(content.loose));
    this._readFolded(content.folded);
    this._readDescendants(content.descendants);
    this.countsAll = content.exact; // whether these are all descendants, or those of the tree
    this.cased = new Map(); // labels that an attribute has in their own case
  }

  /** Rows that are no nodes: each stands for children of the node above, which are too many to be shown at once. */
  _readFolded({ rows, sizes }) {
    const folded = decoded(rows), counts = decoded(sizes);
    this.folded = new Map(Array.from(folded, (row, i) => [row, counts[i]]));
    this.nodeCount = this.size - folded.length - (this.ownRoot ? 0 : 1);
  }

  /** Numbers of descendants: those in the tree, but where the graph has others. */
  _readDescendants({ rows, counts }) {
    const n = this.size, others = decoded(counts);
    this.descendants = new Uint32Array(n);
    for (let v = n - 1; v > 0; v--) this.descendants[this.parents[v]] += this.descendants[v] + (this.folded.has(v) ? 0 : 1);
    decoded(rows).forEach((row, i) => { this.descendants[row] = others[i]; });
  }

  /** Whether a row is a node of the graph. */
  isNode(v) {
    return !this.folded.has(v) && (v > 0 || this.ownRoot);
  }

  /** The node that a row stands below in the tree, -1 for the root. */
  nodeAbove(v) {
    let above = this.parents[v];
    while (this.folded.has(above)) above = this.parents[above];
    return above;
  }

  _readTree() {
    const n = this.size;
    this.parents = new Int32Array(n).fill(-1);
    this.firstChild = new Uint32Array(n);
    this.depths = new Uint32Array(n);
    let next = Math.min(n, 1);
    for (let v = 0; v < n; v++) {
      this.firstChild[v] = next;
      for (let i = 0; i < this.childCounts[v]; i++, next++) {
        this.parents[next] = v;
        this.depths[next] = this.depths[v] + 1;
      }
    }
    this.subtreeSizes = new Uint32Array(n).fill(1);
    for (let v = n - 1; v > 0; v--) this.subtreeSizes[this.parents[v]] += this.subtreeSizes[v];
  }

  _readPlaces({ steps, unit, turns, weights, wedges, wedgeUnit }) {
    this._readWedges(wedges, wedgeUnit);
    this._setMotions(Float64Array.from(decoded(steps), (step) => step / unit), turns ? decoded(turns) : this._turnsBy(weights));
    this.rootMotion = Hyperbolic.identity();
  }

  /** Turns as `fan_layout` in Python makes them: each child has a part of its parent's wedge by the size of its subtree. */
  _turnsBy([leaf, ofLogarithm]) {
    const { parents, wedges, size } = this;
    const weights = Float64Array.from(this.subtreeSizes, (count) => leaf + ofLogarithm * Math.log(count));
    const demands = new Float64Array(size), filled = new Float64Array(size), turns = new Float64Array(size);
    for (let v = 1; v < size; v++) demands[parents[v]] += weights[v];
    for (let v = 1; v < size; v++) {
      const p = parents[v], sector = (wedges[p] * weights[v]) / demands[p];
      turns[v] = 2 * filled[p] + sector - wedges[p];
      filled[p] += sector;
    }
    return turns;
  }

  /** The same tree, its nodes at points of an embedding: by steps and turns, and the root's own motion from the origin. */
  atPoints({ steps, turns, rootMotion }) {
    const tree = Object.create(this);
    Object.assign(tree, { ownPlaces: true, wedges: null, rootMotion });
    tree._setMotions(steps, turns);
    return tree;
  }

  /** For each row the motion from its frame to its parent's, and back. */
  _setMotions(steps, turns) {
    this.longestStep = steps.reduce((most, step) => Math.max(most, step), 0);
    this.turns = turns;
    this.down = new Float64Array(4 * this.size);
    this.up = new Float64Array(4 * this.size);
    for (let v = 0; v < this.size; v++) {
      const motion = Hyperbolic.edge(steps[v], turns[v]);
      this.down.set(motion, 4 * v);
      this.up.set(Hyperbolic.inverse(motion), 4 * v);
    }
  }

  /** Half-angles, around the way straight on, that hold all descendants of a row. */
  _readWedges(packed, unit) {
    const halves = decoded(packed);
    let next = 0;
    this.wedges = Float64Array.from(this.childCounts, (count) => (count ? halves[next++] / unit : 0));
  }

  /** Children and the half-angles of the sectors, side by side, that a row's wedge is cut into. */
  *sectors(v) {
    const last = this.firstChild[v] + this.childCounts[v];
    for (let child = this.firstChild[v], edge = -this.wedges[v]; child < last; child++) {
      const half = this.turns[child] - edge;
      yield [child, half];
      edge += 2 * half;
    }
  }

  /** The child in whose sector an angle is, or -1. */
  childTowards(v, angle) {
    for (const [child, half] of this.sectors(v)) if (angle <= this.turns[child] + half) return child;
    return -1;
  }

  _readOthers(others, loose) {
    this.others = others;
    this.otherParents = new Map();
    this.otherChildren = new Map();
    for (let i = 0; i < others.length; i += 2) {
      append(this.otherChildren, others[i], others[i + 1]);
      append(this.otherParents, others[i + 1], others[i]);
    }
    this.loose = new Set(loose);
  }

  children(v) {
    return Array.from({ length: this.childCounts[v] }, (_, i) => this.firstChild[v] + i);
  }

  /** Nodes below a row in the tree, with no other between. */
  nodesBelow(v) {
    return this.children(v).flatMap((child) => (this.folded.has(child) ? this.nodesBelow(child) : [child]));
  }

  /** Children in the graph: the tree's first, then those that stand below another parent. */
  graphChildren(v) {
    return [...this.nodesBelow(v), ...(this.otherChildren.get(v) ?? [])];
  }

  /** Parents in the graph: the tree's first, then the others. */
  graphParents(v) {
    const first = this.parents[v] >= 0 && !this.loose.has(v) ? [this.nodeAbove(v)] : [];
    return [...first, ...(this.otherParents.get(v) ?? [])];
  }

  /** Rows that a row has edges with which are not in the tree. */
  guests(v) {
    return [...(this.otherParents.get(v) ?? []), ...(this.otherChildren.get(v) ?? [])];
  }

  /** The path from the root of the tree to a row, both included. */
  path(v) {
    const path = [];
    for (let u = v; u >= 0; u = this.parents[u]) path.push(u);
    return path.reverse();
  }

  /** Rows from one to another along the tree, both included. */
  wayInTree(u, v) {
    const up = [], down = [];
    let a = u, b = v;
    while (a !== b) {
      if (this.depths[a] >= this.depths[b]) { up.push(a); a = this.parents[a]; }
      else { down.push(b); b = this.parents[b]; }
    }
    return [...up, a, ...down.reverse()];
  }

  /** All ancestors in the graph by level, highest first. */
  ancestors(v) {
    const found = new Set();
    const waiting = this.folded.has(v) ? [this.nodeAbove(v)] : this.graphParents(v);
    while (waiting.length) {
      const u = waiting.pop();
      if (found.has(u) || u === v) continue;
      found.add(u);
      for (const above of this.graphParents(u)) waiting.push(above);
    }
    return [...found].sort((a, b) => this.levels[a] - this.levels[b] || a - b);
  }

  /**
   * The motion from the frame of `v` to that of `u`, along the tree, and its length.
   * Beyond 600 the length alone is meaningful: the motion would overflow.
   */
  relative(u, v) {
    const way = this.wayInTree(u, v);
    let motion = Hyperbolic.identity();
    for (let i = 1; i < way.length; i++) {
      const isDown = this.parents[way[i]] === way[i - 1];
      motion = Hyperbolic.compose(motion, isDown ? motionAt(this.down, way[i]) : motionAt(this.up, way[i - 1]));
      if (Hyperbolic.length(motion) > 600) return { motion: null, length: Infinity };
    }
    return { motion, length: Hyperbolic.length(motion) };
  }

  /** How the frame of a row is turned against the root's, carried along the geodesic from there. */
  turnFromRoot(v) {
    let motion = Hyperbolic.identity();
    for (const u of this.path(v).slice(1)) {
      motion = Hyperbolic.compose(motion, motionAt(this.down, u));
      const size = Math.hypot(motion[0], motion[1]);
      if (size > 1e100) motion = motion.map((part) => part / size); // angles alone are asked for
    }
    return Hyperbolic.turn(motion);
  }

  /** Text that stands for a row on the map: a synset's lemma, or its name on one short line. */
  label(v) {
    if (this.folded.has(v)) return this._labelOfFolded(v);
    if (v === 0 && !this.ownRoot) return `${numberInWords(this.nodesBelow(0).length)} roots`;
    return this.cased.get(v) ?? (readableName(this.names[v], 32) || "(no name)");
  }

  /** How many there are; or the first and the last of them, where there are several such rows. */
  _labelOfFolded(v) {
    if (!this.folded.has(this.parents[v])) return `+${numberInWords(this.folded.get(v))} more`;
    let first = v, last = v;
    while (this.folded.has(first)) first = this.firstChild[first];
    while (this.folded.has(last)) last = this.firstChild[last] + this.childCounts[last] - 1;
    return `${shortened(this.label(first), 15)} – ${shortened(this.label(last), 15)}`;
  }
}

const motionAt = (motions, row) => motions.subarray(4 * row, 4 * row + 4);
