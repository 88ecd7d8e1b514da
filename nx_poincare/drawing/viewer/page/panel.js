// The words around the picture: search box, path, and what is known of the selected node.
// Names reach the page as text nodes only.
"use strict";

const LISTED = 60; // rows of a list before one asks for all
const SUGGESTED = 12;

class Panel {
  /** `go` takes a row to fly to. */
  constructor(tree, go) {
    this.tree = tree;
    this.go = go;
    this.search = new Search(tree);
    this.selected = -1;
    byId("title").textContent = readableName(tree.title, 60);
    byId("size").textContent = sizeInWords(tree);
    this._prepareSearch();
  }

  show(row) {
    if (row === this.selected) return;
    this.selected = row;
    this._showPath(row);
    this._showNode(row);
  }

  _showPath(row) {
    const items = this.tree.path(row).slice(-200).map((u) => {
      const item = document.createElement("li");
      item.append(this._button(u, u === row));
      return item;
    });
    byId("path").replaceChildren(...items);
    byId("path").scrollLeft = byId("path").scrollWidth;
  }

  _showNode(row) {
    const { tree } = this;
    const box = byId("node");
    const heading = element("h2", tree.label(row));
    const parts = [heading];
    if (tree.names[row] !== tree.label(row)) parts.push(element("p", tree.names[row], "name"));
    parts.push(element("p", this._facts(row), "facts"));
    const attributes = element("dl", "");
    parts.push(attributes);
    const others = tree.otherParents.get(row) ?? [];
    parts.push(...this._list("Parents", tree.graphParents(row), (u) => (others.includes(u) ? "second parent" : "")));
    const guests = tree.otherChildren.get(row) ?? [];
    parts.push(...this._list("Children", [...tree.children(row), ...guests],
      (u) => (guests.includes(u) ? "shown elsewhere" : "")));
    parts.push(...this._list("Ancestors", tree.ancestors(row)));
    parts.push(...this._list("Near here", tree.nearest(row, 8).map((found) => found.row)));
    box.replaceChildren(...parts);
    byId("panel").scrollTop = 0;
    this._showAttributes(row, attributes);
  }

  _facts(row) {
    const { tree } = this;
    const below = tree.subtreeSizes[row] - 1;
    const level = row === 0 && !tree.ownRoot ? "above the roots" : `level ${tree.levels[row]}`;
    return `${level} · ${below === 0 ? "a leaf" : `${below.toLocaleString("en")} below`}`;
  }

  async _showAttributes(row, list) {
    const columns = await this.tree.attributes();
    if (columns === null) {
      list.append(element("dt", "attributes"), element("dd", "this browser cannot unpack them"));
      return;
    }
    columns.forEach((values, i) => {
      if (values[row] === null) return;
      const value = element("dd", values[row]);
      value.dir = "auto";
      list.append(element("dt", this.tree.attributeNames[i]), value);
    });
  }

  _list(title, rows, note = () => "") {
    if (rows.length === 0) return [];
    const list = document.createElement("ul");
    const show = (shown) => list.replaceChildren(...shown.map((row) => {
      const item = document.createElement("li");
      item.append(this._button(row, false));
      if (note(row)) item.append(element("span", note(row), "note"));
      return item;
    }));
    show(rows.slice(0, LISTED));
    const parts = [element("h3", `${title} (${rows.length.toLocaleString("en")})`), list];
    if (rows.length > LISTED) {
      const more = element("button", `all ${rows.length.toLocaleString("en")}`, "more");
      more.type = "button";
      more.addEventListener("click", () => {
        show(rows);
        more.remove();
      });
      parts.push(more);
    }
    return parts;
  }

  _button(row, isHere) {
    const button = element("button", this.tree.label(row));
    button.type = "button";
    button.dir = "auto";
    button.dataset.row = row;
    if (isHere) button.setAttribute("aria-current", "location");
    button.addEventListener("click", () => this.go(row));
    return button;
  }

  // -- search ----------------------------------------------------------------------------------

  _prepareSearch() {
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
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves && this.rows.length) {
      this.chosen = (this.chosen + moves[event.key] + this.rows.length) % this.rows.length;
      this._mark();
    } else if (event.key === "Enter" && this.chosen >= 0) {
      this._take(this.rows[this.chosen]);
    } else if (event.key === "Escape") {
      this.input.value = "";
      this.input.blur();
    } else {
      return;
    }
    event.preventDefault();
  }

  _take(row) {
    this.input.value = "";
    this.input.blur();
    this.go(row);
  }

  _close() {
    this.suggestions.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    byId("found").textContent = "";
  }
}

const byId = (id) => document.getElementById(id);

function element(tag, text, className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function sizeInWords(tree) {
  const shown = tree.size - (tree.ownRoot ? 0 : 1), all = tree.total.toLocaleString("en");
  if (tree.size === 0) return "no nodes";
  if (shown === tree.total) return `${all} nodes`;
  return `${shown.toLocaleString("en")} of ${all} nodes: those with the largest subtrees`;
}
