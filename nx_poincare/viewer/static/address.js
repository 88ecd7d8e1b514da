// The selected node in the address of the page, so that links and the back button lead to it.
"use strict";

const LONGEST_NAME = 200; // characters of a name that stands in an address

class Address {
  constructor(tree) {
    this.tree = tree;
    this.strolling = false; // whether the latest entry of the browser's history is of walking with the keys
  }

  /** The row that the address names: -1 or what is no row, if there is none. */
  row() {
    this.strolling = false;
    const wanted = new URLSearchParams(location.hash.slice(1));
    if (wanted.has("node")) return this.tree.names.indexOf(wanted.get("node"));
    if (wanted.has("row")) return Number.parseInt(wanted.get("row"), 10);
    return 0;
  }

  /** Name another row: a new entry of the history, but a whole stroll is one. */
  write(row, { strolling }) {
    const method = strolling && this.strolling ? "replaceState" : "pushState";
    this.strolling = strolling;
    try {
      history[method](null, "", row === 0 ? "#" : this._hash(row));
    } catch {
      // A frame without an address of its own, as in a notebook, has none to keep.
    }
  }

  /** The name of a row, or its number where the name is long, no text, or another row's too. */
  _hash(row) {
    const name = this.tree.names[row];
    if (name.length <= LONGEST_NAME && name !== "" && this.tree.names.indexOf(name) === row) {
      try {
        return `#node=${encodeURIComponent(name)}`;
      } catch {
        // half of a surrogate pair
      }
    }
    return `#row=${row}`;
  }
}
