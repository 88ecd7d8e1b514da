// What is shown, in the address of the page, so that links and the back button lead to it.
"use strict";

const LOOKS = ["colour", "size", "map", "beside"]; // of the maps, as the address has them
const LONGEST_NAME = 200; // characters of a name that stands in an address

class Address {
  constructor(tree, columns) {
    Object.assign(this, { tree, columns });
    this.strolling = false; // whether the latest entry of the browser's history is of walking with the keys
  }

  /** Rows of the node and of the one that it is compared with (-1: none), and what no node is called. */
  read() {
    this.strolling = false;
    const wanted = new URLSearchParams(location.hash.slice(1));
    const read = { row: 0, other: -1, missing: [] };
    if (wanted.has("node") || wanted.has("row")) read.row = this._rowOf(wanted.get("node"), wanted.get("row"), read.missing);
    if (wanted.has("to") || wanted.has("torow")) read.other = this._rowOf(wanted.get("to"), wanted.get("torow"), read.missing);
    return { ...read, ...Object.fromEntries(LOOKS.map((look) => [look, wanted.get(look)])) };
  }

  _rowOf(name, number, missing) {
    const row = name === null ? (/^\d+$/.test(number) ? Number(number) : -1) : this.tree.names.indexOf(name);
    if (row >= 0 && row < this.tree.size && (name !== "" || this.tree.isNode(row))) return row;
    const called = this.columns.values === null ? -1 : this.columns.rowOf(name);
    if (called >= 0) return called;
    missing.push(name ?? `number ${number}`);
    return -1;
  }

  /** Name what is shown: a new entry of the history, but a whole stroll is one. */
  write(row, { other = -1, strolling = false, ...looks } = {}) {
    const method = strolling && this.strolling ? "replaceState" : "pushState";
    this.strolling = strolling;
    this._put(method, this.hash(row, { other, ...looks }));
  }

  /** The same place, but other colours, sizes or maps: no new entry. */
  replace(row, looks) {
    this._put("replaceState", this.hash(row, looks));
  }

  _put(method, hash) {
    if (hash === location.hash || (hash === "#" && location.hash === "")) return;
    try {
      history[method](null, "", hash);
    } catch {
      // A frame without an address of its own, as in a notebook, has none to keep.
    }
  }

  hash(row, { other = -1, ...looked } = {}) {
    const looks = LOOKS.filter((look) => looked[look]).map((look) => `${look}=${encodeURIComponent(looked[look])}`);
    if (row === 0 && other < 0) return `#${looks.join("&")}`;
    const to = other < 0 ? [] : [this._part(other, "to", "torow")];
    return `#${[this._part(row, "node", "row"), ...to, ...looks].join("&")}`;
  }

  /** The name of a row, or its number where the name is long, no text, or another row's too. */
  _part(row, byName, byNumber) {
    const name = this.tree.names[row];
    if (name.length <= LONGEST_NAME && name !== "" && this.tree.names.indexOf(name) === row) {
      try {
        return `${byName}=${encodeURIComponent(name)}`;
      } catch {
        // half of a surrogate pair
      }
    }
    return `${byNumber}=${row}`;
  }
}
