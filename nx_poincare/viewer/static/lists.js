// Lists of nodes in the panel: cut where they are long, sorted and filtered as the reader likes.
"use strict";

const LISTED = 60; // rows of a list before one asks for all
const FILTERED_FROM = 12; // rows from which on there is something to filter

class NodeList {
  /** `note` gives what stands beside a row; `sorts` names orders, by the functions that compare; the first is that of `rows`. */
  constructor(tree, title, rows, go, { note = () => "", sorts = {} } = {}) {
    Object.assign(this, { tree, title, rows, go, note, sorts });
    this.all = false;
    this.order = Object.keys(sorts)[0];
    this.list = document.createElement("ul");
    this.more = pressable("", () => {
      this.all = true;
      this._show();
    }, "more");
  }

  /** Elements for the panel, none for no rows. */
  parts() {
    if (this.rows.length === 0) return [];
    this._show();
    const heading = element("h3", this.title);
    return [heading, ...(this.order && this.rows.length > FILTERED_FROM ? [this._controls()] : []), this.list, this.more];
  }

  _controls() {
    this.filter = document.createElement("input");
    Object.assign(this.filter, { type: "search", placeholder: "filter", autocomplete: "off", spellcheck: false });
    this.filter.setAttribute("aria-label", `Filter: ${this.title}`);
    this.filter.addEventListener("input", () => this._show());
    const names = Object.keys(this.sorts);
    const order = document.createElement("select");
    order.setAttribute("aria-label", `Order: ${this.title}`);
    order.append(...names.map((name) => element("option", name)));
    order.addEventListener("change", () => {
      this.order = order.value;
      this._show();
    });
    return box("div", [this.filter, order], "controls");
  }

  _show() {
    const wanted = plain(this.filter?.value ?? "").trim();
    const { tree } = this;
    const found = this.rows.filter((row) => plain(tree.label(row)).includes(wanted) || plain(tree.names[row]).includes(wanted));
    const compare = this.sorts[this.order];
    if (compare) found.sort(compare);
    const shown = this.all ? found : found.slice(0, LISTED);
    this.list.replaceChildren(...shown.map((row) => this._item(row)));
    this.more.hidden = shown.length === found.length;
    this.more.textContent = `all ${numberInWords(found.length)}`;
  }

  _item(row) {
    const note = this.note(row);
    return box("li", [rowButton(this.tree, row, this.go), ...(note ? [element("span", note, "note")] : [])]);
  }
}

/** Orders of children. */
function sortsOf(tree) {
  const byName = (a, b) => tree.label(a).localeCompare(tree.label(b), "en", { numeric: true }) || a - b;
  return { "by size": (a, b) => tree.descendants[b] - tree.descendants[a] || byName(a, b), "by name": byName };
}
