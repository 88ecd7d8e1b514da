// Finding rows by what one types: names that begin so, then names that contain it.
"use strict";

class Search {
  constructor(tree) {
    this.tree = tree;
    this.texts = null;
  }

  /** Names as `plain` has them, made when first needed. */
  _prepared() {
    this.texts ??= this.tree.names.map((name) => plain(name.slice(0, 400)));
    return this.texts;
  }

  /**
   * Rows that match, best first: the name itself, then names that begin with the text, words in a
   * name that do, any other place; among equals the larger subtree. Also how many there are in all.
   */
  find(query, limit) {
    const wanted = plain(query).trim();
    if (wanted === "") return { rows: [], count: 0 };
    const texts = this._prepared();
    const ranks = [[], [], [], []];
    for (let v = 0; v < texts.length; v++) {
      const place = texts[v].indexOf(wanted);
      if (place >= 0) ranks[rankOf(texts[v], wanted, place)].push(v);
    }
    const sizes = this.tree.subtreeSizes;
    const rows = [];
    for (const found of ranks) {
      if (rows.length >= limit) break;
      found.sort((a, b) => sizes[b] - sizes[a] || a - b);
      rows.push(...found.slice(0, limit - rows.length));
    }
    return { rows, count: ranks.reduce((sum, found) => sum + found.length, 0) };
  }
}

/** In lower case, with blanks for underscores and without accents. */
function plain(text) {
  const small = text.toLowerCase().replaceAll("_", " ");
  return /^[\x00-\x7f]*$/.test(small) ? small : small.normalize("NFD").replace(/\p{Mn}/gu, "");
}

function rankOf(text, wanted, place) {
  if (place === 0) {
    const rest = text.slice(wanted.length);
    return rest === "" || /^\.[nvars]\.\d+$/.test(rest) ? 0 : 1;
  }
  return text.includes(" " + wanted) ? 2 : 3;
}
