// The nodes' attributes: unpacked after the map is there, and told apart by what is in them.
"use strict";

const MOST_CATEGORIES = 24;
const PROSE = /gloss|defin|^def$|descri|comment|summary|abstract/i;
const SYNSET = /^.+\.[nvars]\.\d+$/s; // as WordNet's nodes are called
const WORDS_IN = /^lemmas_(([a-z]{3})\w*)$/; // attributes of `wordnet_graph(language=[...])`
const RELATIONS = { part_meronyms: "parts", part_holonyms: "part of" };
const NO_NUMBERS = new Set(["nan", "inf", "-inf"]);

class Columns {
  constructor(tree, names, deflated) {
    Object.assign(this, { tree, names });
    this.languages = names.map(languageOf); // of words, null where the name tells none
    this.values = null; // a list for each name, when they are unpacked
    this.kinds = [];
    this.unreadable = false;
    this.ready = this._unpack(deflated);
  }

  async _unpack(deflated) {
    const values = deflated === "" ? [] : await inflated(deflated);
    this.unreadable = values === null;
    this.values = values ?? [];
    this.kinds = this.values.map((column, i) => kindOf(column, this.languages[i] ? () => false : (name) => this.rowOf(name) >= 0));
    this.prose = this._prose();
    return this;
  }

  /** The column that tells what nodes are: of that name, or else of long texts; -1 for none. */
  _prose() {
    const texts = this.kinds.flatMap((kind, i) => (kind === "text" ? [i] : []));
    const long = texts.filter((i) => averageLength(this.values[i]) > 24);
    return texts.find((i) => PROSE.test(this.names[i])) ?? long[0] ?? -1;
  }

  /** The row of a node by its name, or by the identifier that its label stands for; the first of several, or -1. */
  rowOf(name) {
    if (this.rowsByName === undefined) {
      const ids = this.values[this.indexOf("id")] ?? [];
      const named = [...this.tree.names.entries(), ...ids.entries()].filter(([v, text]) => text !== null && this.tree.isNode(v));
      this.rowsByName = new Map(named.reverse().map(([v, text]) => [text, v]));
    }
    return this.rowsByName.get(name) ?? -1;
  }

  indexOf(name) {
    return this.names.indexOf(name);
  }

  /** What a column is called for people: words by their language. */
  title(i) {
    return this.languages[i]?.title ?? RELATIONS[this.names[i]] ?? this.names[i];
  }

  /** The value of a row for reading, nodes as people call them; null for none. */
  shown(i, row) {
    const value = this.values[i][row];
    return this.kinds[i] === "links" && value !== null ? value.map((name) => readableName(name, 60)) : value;
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

  /** Other words for a node, in some of the columns that hold words. */
  words(row, columns = this.ofKind("words")) {
    return columns.flatMap((i) => this.values[i][row] ?? []).map((word) => word.replaceAll("_", " "));
  }

  /** The number that a row has, or NaN. */
  number(i, row) {
    const value = this.values[i][row];
    return typeof value === "number" ? value : Number.NaN;
  }

  /** Labels of rows whose words have it in another case: New York for new york. Other languages have rules of their own. */
  casedLabels(tree) {
    const cased = new Map();
    const own = this.ofKind("words").filter((i) => (this.languages[i]?.tag ?? "en") === "en");
    if (own.length === 0) return cased;
    for (let row = 0; row < tree.size; row++) {
      if (!tree.isNode(row)) continue;
      const label = tree.label(row);
      const other = this.words(row, own).find((word) => word !== label && word.toLowerCase() === label.toLowerCase());
      if (other) cased.set(row, other);
    }
    return cased;
  }
}

/** "number", "category" (few texts, each of several nodes), "words" (lists), "links" (lists of nodes) or "text". */
function kindOf(column, isNode) {
  const counts = new Map();
  let numbers = 0, texts = 0, lists = 0, areLinks = true;
  for (const value of column) {
    if (value === null) continue;
    if (Array.isArray(value)) {
      lists += 1;
      areLinks &&= value.every((word) => SYNSET.test(word) || isNode(word));
    } else if (typeof value === "number") numbers += 1;
    else if (!NO_NUMBERS.has(value)) {
      texts += 1;
      if (counts.size <= MOST_CATEGORIES) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
  }
  if (lists) return areLinks ? "links" : "words";
  if (numbers && !texts) return "number";
  return counts.size > 1 && counts.size <= MOST_CATEGORIES && texts > counts.size ? "category" : "text";
}

function averageLength(column) {
  const some = column.filter((value) => value !== null).slice(0, 200);
  return some.reduce((sum, value) => sum + String(value).length, 0) / Math.max(some.length, 1);
}

/** The language that an attribute's name tells, as browsers tag it and people call it, or null. */
function languageOf(name) {
  const [, code, language] = WORDS_IN.exec(name) ?? [];
  if (code === undefined) return null;
  const variant = code === language ? "" : ` (${code.slice(4)})`;
  try {
    const tag = Intl.getCanonicalLocales(language)[0];
    return { tag, title: new Intl.DisplayNames(["en"], { type: "language" }).of(tag) + variant };
  } catch {
    return { tag: language, title: code };
  }
}
