// Finding rows by what one types: in their names, their other words and what is told of them.
"use strict";

const EXACT = 0, EXACT_WORD = 1, BEGINS = 2, WORD_BEGINS = 3, WITHIN = 4, TOLD = 5; // ranks of a place

class Search {
  constructor(tree, columns) {
    this.tree = tree;
    this.columns = columns;
    this.texts = null;
    this.complete = false; // whether the attributes are in the texts
  }

  /** Of each row its label, name and words, a line each, and after a mark what is told of it; as `plain` has them. */
  _prepared() {
    const { tree, columns } = this;
    if (this.texts !== null && (this.complete || columns.values === null)) return this.texts;
    this.complete = columns.values !== null;
    const told = this.complete ? columns.ofKind("text", "category") : [];
    this.texts = tree.names.map((name, row) => {
      if (!tree.isNode(row)) return "";
      const words = this.complete ? columns.words(row) : [];
      const lines = new Set([readableName(name, 400), name.slice(0, 400), ...words].map(plain));
      const texts = told.map((i) => columns.values[i][row]).filter((text) => text !== null);
      return `\n${[...lines].join("\n")}\n\u0001 ${plain(texts.join(" "))}`;
    });
    return this.texts;
  }

  /**
   * Rows that match, best first: the name itself, another word for it, those that begin with the text, words
   * that do, any other place, a word of what is told; among equals the one with more descendants.
   * Also how many there are in all.
   */
  find(query, limit) {
    const wanted = plain(query).trim();
    if (wanted === "") return { rows: [], count: 0 };
    const texts = this._prepared();
    const ranks = [[], [], [], [], [], []];
    for (let v = 0; v < texts.length; v++) {
      const rank = rankOf(texts[v], wanted);
      if (rank >= 0) ranks[rank].push(v);
    }
    const sizes = this.tree.descendants;
    const rows = [];
    for (const found of ranks) {
      if (rows.length >= limit) break;
      found.sort((a, b) => sizes[b] - sizes[a] || a - b);
      rows.push(...found.slice(0, limit - rows.length));
    }
    return { rows, count: ranks.reduce((sum, found) => sum + found.length, 0) };
  }

  /** The word of a row that a query was found in, where that is not its label. */
  matched(row, query) {
    const wanted = plain(query).trim();
    if (this.columns.values === null || plain(this.tree.label(row)).includes(wanted)) return "";
    const words = this.columns.words(row).filter((word) => plain(word).includes(wanted));
    return words.find((word) => plain(word).startsWith(wanted)) ?? words[0] ?? "";
  }
}

/** In lower case, with blanks for underscores and without accents. */
function plain(text) {
  const small = text.toLowerCase().replaceAll("_", " ").replace(/[\n\u0001]/g, " ");
  return /^[\x00-\x7f]*$/.test(small) ? small : small.normalize("NFD").replace(/\p{Mn}/gu, "");
}

/** The best rank among all places of a text, -1 for none. */
function rankOf(text, wanted) {
  let best = -1, place = text.indexOf(wanted);
  if (place < 0) return -1;
  const told = text.indexOf("\u0001"), firstLine = text.indexOf("\n", 1);
  for (; place >= 0 && place < told; place = text.indexOf(wanted, place + 1)) {
    const before = text[place - 1], after = text[place + wanted.length];
    const isExact = before === "\n" && after === "\n";
    const rank = isExact ? (place < firstLine ? EXACT : EXACT_WORD) : before === "\n" ? BEGINS : before === " " ? WORD_BEGINS : WITHIN;
    if (best < 0 || rank < best) best = rank;
    if (best === EXACT) return best;
  }
  if (best >= 0) return best;
  return text.indexOf(" " + wanted, told) >= 0 ? TOLD : -1;
}
