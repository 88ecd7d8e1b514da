// What colours and sizes of nodes show: levels, branches, or an attribute that the reader picks.
"use strict";

const STEPS = 8; // of colours from low to high, in the style sheet
const KINDS = 7; // of colours that are told apart, there too
const OTHER = 8; // index of the colour of all else
const LARGEST_SHARE = 0.3; // a branch with more of all nodes is divided
const SKEWED = 50; // times the median that the largest number is, from which on logarithms are shown

class Colouring {
  constructor(tree, columns) {
    this.tree = tree;
    this.columns = columns;
    this.deepest = tree.levels.reduce((most, level) => Math.max(most, level), 1);
    this.logSize = Math.log2(Math.max(tree.size, 2));
    this.colourBy("level");
    this.sizeBy(null);
    this.readTheme();
  }

  /** Colours from the style sheet, which knows light and dark. */
  readTheme() {
    const style = getComputedStyle(document.documentElement);
    const read = (name) => style.getPropertyValue(`--${name}`).trim();
    this.theme = Object.fromEntries(
      ["paper", "disk", "rim", "ink", "soft", "accent", "quiet"].map((name) => [name, read(name)]));
    this.ramp = Array.from({ length: STEPS }, (_, i) => read(`level-${i}`));
    this.kinds = Array.from({ length: KINDS }, (_, i) => read(`kind-${i}`));
  }

  /** The colour of an index. */
  colour(index) {
    if (index === OTHER) return this.theme.soft;
    return this.isRamp ? this.ramp[index] : this.kinds[index];
  }

  /** "level", "branch", or the name of an attribute; whether it can be done. */
  colourBy(by) {
    const made = this._coloured(by);
    if (made === null) return false;
    this.by = by;
    ({ indices: this.indices, isRamp: this.isRamp, legend: this.legend } = made);
    return true;
  }

  _coloured(by) {
    if (by === "level") return this._byLevel();
    if (by === "branch") return this._byBranch();
    const i = this.columns.indexOf(by);
    if (i < 0 || this.columns.values === null) return null;
    if (this.columns.kinds[i] === "number") return this._byNumber(i);
    return this.columns.kinds[i] === "category" ? this._byCategory(i) : null;
  }

  _byLevel() {
    const { tree, deepest } = this;
    const indices = Uint8Array.from(tree.levels, (level) => Math.min(Math.floor((level / deepest) * STEPS), STEPS - 1));
    return { indices, isRamp: true, legend: { title: "level", low: "0", high: String(deepest) } };
  }

  /** The main branches have a colour each; what is above them, and small ones, have another. */
  _byBranch() {
    const { tree } = this;
    const tops = this._mainBranches();
    const indices = new Uint8Array(tree.size).fill(OTHER), index = new Map(tops.map((row, i) => [row, i]));
    for (let v = 1; v < tree.size; v++) indices[v] = index.get(v) ?? indices[tree.parents[v]];
    return { indices, isRamp: false, legend: { title: "branch", items: tops.map((row, i) => ({ row, index: i })) } };
  }

  _mainBranches() {
    const { tree } = this;
    const bySize = (a, b) => tree.subtreeSizes[b] - tree.subtreeSizes[a] || a - b;
    let tops = tree.nodesBelow(0).sort(bySize);
    while (tops.length && tree.subtreeSizes[tops[0]] > LARGEST_SHARE * tree.size && tree.childCounts[tops[0]]) {
      tops = [...tops.slice(1), ...tree.nodesBelow(tops[0])].sort(bySize);
    }
    return tops.slice(0, KINDS);
  }

  _byNumber(i) {
    const share = sharesOf(this.columns, i, this.tree.size);
    const indices = Uint8Array.from(share.of, (value) => (value >= 0 ? Math.min(Math.floor(value * STEPS), STEPS - 1) : OTHER));
    return { indices, isRamp: true, legend: { title: this.columns.names[i], low: numberInWords(share.low), high: numberInWords(share.high) } };
  }

  /** The most frequent ones have a colour each. */
  _byCategory(i) {
    const values = this.columns.values[i], counts = new Map();
    for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
    const shown = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || (a < b ? -1 : 1)).slice(0, KINDS);
    const index = new Map(shown.map((value, at) => [value, at]));
    const items = shown.map((label, at) => ({ label, index: at }));
    if (counts.size > KINDS) items.push({ label: `${counts.size - KINDS} others`, index: OTHER });
    return { indices: Uint8Array.from(values, (value) => index.get(value) ?? OTHER), isRamp: false, legend: { title: this.columns.names[i], items } };
  }

  /** null for descendants, or the name of an attribute of numbers; whether it can be done. */
  sizeBy(by) {
    const i = by === null ? -1 : this.columns.indexOf(by);
    if (by !== null && (i < 0 || this.columns.kinds[i] !== "number")) return false;
    this.sizedBy = by;
    this.shares = by === null
      ? Float32Array.from(this.tree.subtreeSizes, (size) => Math.log2(size) / this.logSize)
      : sharesOf(this.columns, i, this.tree.size).of.map((share) => Math.max(share, 0) ** 0.5);
    return true;
  }
}

/** Where each row's number stands between the lowest (0) and the highest (1), or -1; by logarithms where few are far larger than all others. */
function sharesOf(columns, i, size) {
  const numbers = Float64Array.from({ length: size }, (_, row) => columns.number(i, row));
  const known = numbers.filter((value) => !Number.isNaN(value)).sort();
  const low = known[0], high = known[known.length - 1], median = known[known.length >> 1];
  const of = low > 0 && high > SKEWED * median ? (value) => Math.log(value / low) / Math.log(high / low)
    : (value) => (high > low ? (value - low) / (high - low) : 0);
  return { of: Float32Array.from(numbers, (value) => (Number.isNaN(value) ? -1 : of(value))), low, high };
}
