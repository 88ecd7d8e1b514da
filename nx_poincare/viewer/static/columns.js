// The nodes' attributes: unpacked after the map is there, and told apart by what is in them.
"use strict";

const MOST_CATEGORIES = 24;
const PROSE = /gloss|defin|^def$|descri|comment|summary|abstract/i;
const NO_NUMBERS = new Set(["nan", "inf", "-inf"]);

class Columns {
  constructor(names, deflated) {
    this.names = names;
    this.values = null; // a list for each name, when they are unpacked
    this.kinds = [];
    this.unreadable = false;
    this.ready = this._unpack(deflated);
  }

  async _unpack(deflated) {
    const values = deflated === "" ? [] : await inflated(deflated);
    this.unreadable = values === null;
    this.values = values ?? [];
    this.kinds = this.values.map((column) => kindOf(column));
    this.prose = this._prose();
    return this;
  }

  /** The column that tells what nodes are: of that name, or else of long texts; -1 for none. */
  _prose() {
    const texts = this.kinds.flatMap((kind, i) => (kind === "text" ? [i] : []));
    const long = texts.filter((i) => averageLength(this.values[i]) > 24);
    return texts.find((i) => PROSE.test(this.names[i])) ?? long[0] ?? -1;
  }

  indexOf(name) {
    return this.names.indexOf(name);
  }

  /** Columns of some kinds. */
  ofKind(...kinds) {
    return this.kinds.flatMap((kind, i) => (kinds.includes(kind) ? [i] : []));
  }

  /** What a node is, in a line; nothing where no attribute tells. */
  definition(row, longest) {
    const text = this.prose >= 0 && this.values !== null ? this.values[this.prose][row] : null;
    return text === null ? "" : shortened(String(text).slice(0, 4 * longest).replace(/\s+/g, " "), longest);
  }

  /** Other words for a node. */
  words(row) {
    return this.ofKind("words").flatMap((i) => this.values[i][row] ?? []).map((word) => word.replaceAll("_", " "));
  }

  /** The number that a row has, or NaN. */
  number(i, row) {
    const value = this.values[i][row];
    return typeof value === "number" ? value : Number.NaN;
  }

  /** Labels of rows whose words have it in another case: New York for new york. */
  casedLabels(tree) {
    const cased = new Map();
    if (this.ofKind("words").length === 0) return cased;
    for (let row = 0; row < tree.size; row++) {
      if (!tree.isNode(row)) continue;
      const label = tree.label(row);
      const other = this.words(row).find((word) => word !== label && word.toLowerCase() === label.toLowerCase());
      if (other) cased.set(row, other);
    }
    return cased;
  }
}

/** "number", "category" (few texts, each of several nodes), "words" (lists) or "text". */
function kindOf(column) {
  const counts = new Map();
  let numbers = 0, texts = 0, lists = 0;
  for (const value of column) {
    if (value === null) continue;
    if (Array.isArray(value)) lists += 1;
    else if (typeof value === "number") numbers += 1;
    else if (!NO_NUMBERS.has(value)) {
      texts += 1;
      if (counts.size <= MOST_CATEGORIES) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
  }
  if (lists) return "words";
  if (numbers && !texts) return "number";
  return counts.size > 1 && counts.size <= MOST_CATEGORIES && texts > counts.size ? "category" : "text";
}

function averageLength(column) {
  const some = column.filter((value) => value !== null).slice(0, 200);
  return some.reduce((sum, value) => sum + String(value).length, 0) / Math.max(some.length, 1);
}
