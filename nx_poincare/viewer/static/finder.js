// The search box and its suggestions.
"use strict";

const SUGGESTED = 12;
const LONGEST_DEFINITION = 90; // characters

class Finder {
  /** `go` takes a row to fly to. */
  constructor(tree, columns, go) {
    this.tree = tree;
    this.columns = columns;
    this.go = go;
    this.asked = null; // takes the next row in place of `go`
    this.search = new Search(tree, columns);
    this.input = byId("search");
    this.invitation = this.input.placeholder;
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

  /** Ask for a node; what is found goes to `take`. */
  ask(invitation, take) {
    this.input.placeholder = invitation;
    this.asked = take;
    this.input.focus();
  }

  _suggest() {
    const { rows, count } = this.search.find(this.input.value, SUGGESTED);
    this.rows = rows;
    this.chosen = rows.length ? 0 : -1;
    const empty = this.input.value.trim() === "";
    byId("found").textContent = empty ? "" : `${numberInWords(count)} found`;
    this.suggestions.replaceChildren(...rows.map((row, i) => this._option(row, i)));
    this.suggestions.hidden = rows.length === 0;
    this.input.setAttribute("aria-expanded", String(rows.length > 0));
    this._mark();
  }

  /** A label, the word that matched, the node above, and a line of what it is. */
  _option(row, i) {
    const parent = this.tree.nodeAbove(row), matched = this.search.matched(row, this.input.value);
    const name = element("span", this.tree.label(row), "label");
    name.dir = "auto";
    const line = box("span", [name], "line");
    if (matched) line.append(element("span", matched, "matched"));
    line.append(element("span", parent >= 0 ? this.tree.label(parent) : "", "note"));
    const definition = this.columns.definition(row, LONGEST_DEFINITION);
    const option = box("li", [line, ...(definition ? [element("span", definition, "definition")] : [])]);
    option.id = `suggestion-${i}`;
    option.role = "option";
    option.dataset.row = row;
    return option;
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
    const take = this.asked ?? this.go;
    this.input.value = "";
    byId("disk").focus();
    take(row);
  }

  _close() {
    this.asked = null;
    this.input.placeholder = this.invitation;
    this.suggestions.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    byId("found").textContent = "";
  }
}
