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
    this.ownPlaces = content.ownPlaces; // nodes stand at points of an embedding, not as a tree likes
    this._readMotions(content.places);
    this._readOthers(decoded(content.others), decoded(content.loose));
    this.attributeNames = content.attributeNames;
    this._deflated = content.attributes;
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

  /** For each row the motion from its frame to its parent's, and back. */
  _readMotions({ steps: packedSteps, unit, turns: packedTurns, widest }) {
    const steps = decoded(packedSteps), turns = decoded(packedTurns);
    this.longestStep = steps.reduce((most, step) => Math.max(most, step), 0) / unit;
    this.turns = turns;
    if (!this.ownPlaces) this._readWedges((v) => steps[v] / unit, widest);
    this.down = new Float64Array(4 * this.size);
    this.up = new Float64Array(4 * this.size);
    for (let v = 0; v < this.size; v++) {
      const motion = Hyperbolic.edge(steps[v] / unit, turns[v]);
      this.down.set(motion, 4 * v);
      this.up.set(Hyperbolic.inverse(motion), 4 * v);
    }
  }

  /** Half-angles, around the way straight on, that hold all descendants; as `fan_layout` in Python makes them. */
  _readWedges(stepOf, widest) {
    this.wedges = new Float64Array(this.size).fill(Math.PI);
    for (let v = 0; v < this.size; v++) {
      for (const [child, half] of this.sectors(v)) {
        this.wedges[child] = Math.min(2 * Math.atan(Math.exp(stepOf(child)) * Math.tan(Math.min(half, 3.1) / 2)), widest);
      }
    }
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

  /** Children in the graph: the tree's first, then those that stand below another parent. */
  graphChildren(v) {
    return [...this.children(v), ...(this.otherChildren.get(v) ?? [])];
  }

  /** Parents in the graph: the tree's first, then the others. */
  graphParents(v) {
    const first = this.parents[v] >= 0 && !this.loose.has(v) ? [this.parents[v]] : [];
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

  /** All ancestors in the graph by level, highest first. */
  ancestors(v) {
    const found = new Set();
    const waiting = this.graphParents(v);
    while (waiting.length) {
      const u = waiting.pop();
      if (found.has(u) || u === v) continue;
      found.add(u);
      waiting.push(...this.graphParents(u));
    }
    return [...found].sort((a, b) => this.levels[a] - this.levels[b] || a - b);
  }

  /**
   * The motion from the frame of `v` to that of `u`, along the tree, and its length.
   * Beyond 600 the length alone is meaningful: the motion would overflow.
   */
  relative(u, v) {
    const upwards = [], downwards = [];
    for (let a = u, b = v; a !== b; ) {
      if (this.depths[a] >= this.depths[b]) { upwards.push(a); a = this.parents[a]; }
      else { downwards.push(b); b = this.parents[b]; }
    }
    let motion = Hyperbolic.identity();
    const steps = [...upwards.map((a) => [this.up, a]), ...downwards.reverse().map((b) => [this.down, b])];
    for (const [motions, row] of steps) {
      motion = Hyperbolic.compose(motion, motionAt(motions, row));
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

  /** Tree parent and children of a row, each with the motion from its frame to the row's. */
  links(row) {
    const links = this.children(row).map((child) => ({ row: child, motion: motionAt(this.down, child) }));
    if (this.parents[row] >= 0) links.unshift({ row: this.parents[row], motion: motionAt(this.up, row) });
    return links;
  }

  /** Columns of the attributes, inflated when first asked for; null where the browser cannot. */
  attributes() {
    this._attributes ??= this._deflated === "" ? Promise.resolve([]) : inflated(this._deflated);
    return this._attributes;
  }

  /** Text that stands for a row on the map: a synset's lemma, or its name on one short line. */
  label(v) {
    const name = v === 0 && !this.ownRoot ? this.title : this.names[v];
    return readableName(name, 32) || "(no name)";
  }
}

const motionAt = (motions, row) => motions.subarray(4 * row, 4 * row + 4);

/** A typed array from what Python's `_array` and `_floats` wrote. */
function decoded({ type, data }) {
  const types = { Uint8Array, Uint16Array, Uint32Array, Float32Array, Float64Array };
  return new types[type](bytesOf(data).buffer);
}

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

async function inflated(base64) {
  if (typeof DecompressionStream === "undefined") return null;
  const stream = new Blob([bytesOf(base64)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

function append(lists, key, value) {
  if (lists.has(key)) lists.get(key).push(value);
  else lists.set(key, [value]);
}

/** As `readable_name` in Python; counted in characters, so that no emoji is cut in two. */
function readableName(name, longest) {
  const synset = name.length < 200 ? /^(.+)\.[nvars]\.\d+$/s.exec(name) : null;
  const text = (synset ? synset[1].replaceAll("_", " ") : name.slice(0, 400)).split(/\s+/).filter(Boolean).join(" ");
  const characters = text.length > longest ? Array.from(text) : null;
  return characters && characters.length > longest ? characters.slice(0, longest - 1).join("") + "…" : text;
}
