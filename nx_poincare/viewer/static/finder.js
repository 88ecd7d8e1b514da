// The search box and its suggestions.
"use strict";

const SUGGESTED = 12;

class Finder {
  /** `go` takes a row to fly to. */
  constructor(tree, go) {
    this.tree = tree;
    this.go = go;
    this.search = new Search(tree);
    this.input = byId("search");
    this.suggestions = byId("suggestions");
    this.rows = [];
    this.chosen = -1;
    this.input.addEventListener("input", () => this._suggest());
    this.input.addEventListener("focus", () => this._suggest());
    this.input.addEventListener("blur", () => this._close());
    this.input.addEventListener("keydown", (event) => this._searchKey(event));
    // Before the box loses the focus, which would close the list.
    this.suggestions.addEventListener("pointerdown", (event) => {
      const option = event.target.closest("[data-row]");
      event.preventDefault();
      if (option) this._take(Number(option.dataset.row));
    });
  }

  _suggest() {
    const { rows, count } = this.search.find(this.input.value, SUGGESTED);
    this.rows = rows;
    this.chosen = rows.length ? 0 : -1;
    const options = rows.map((row, i) => {
      const option = element("li", "");
      option.id = `suggestion-${i}`;
      option.role = "option";
      option.dataset.row = row;
      const parent = this.tree.parents[row];
      const name = element("span", this.tree.label(row));
      name.dir = "auto";
      option.append(name, element("span", parent >= 0 ? this.tree.label(parent) : "", "note"));
      return option;
    });
    const empty = this.input.value.trim() === "";
    byId("found").textContent = empty ? "" : `${count.toLocaleString("en")} found`;
    this.suggestions.replaceChildren(...options);
    this.suggestions.hidden = options.length === 0;
    this.input.setAttribute("aria-expanded", String(options.length > 0));
    this._mark();
  }

  _mark() {
    [...this.suggestions.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === this.chosen)));
    if (this.chosen >= 0) this.input.setAttribute("aria-activedescendant", `suggestion-${this.chosen}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  _searchKey(event) {
    if (event.isComposing) return; // the keys of an input method are its own
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves && this.rows.length) {
      this.chosen = (this.chosen + moves[event.key] + this.rows.length) % this.rows.length;
      this._mark();
    } else if (event.key === "Enter" && this.chosen >= 0) {
      this._take(this.rows[this.chosen]);
    } else if (event.key === "Escape") {
      this.input.value = "";
      byId("disk").focus();
    } else {
      return;
    }
    event.preventDefault();
  }

  _take(row) {
    this.input.value = "";
    byId("disk").focus();
    this.go(row);
  }

  _close() {
    this.suggestions.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    byId("found").textContent = "";
  }
}
