// What is written of the selected node: its path, its attributes and the nodes around it.
"use strict";

const LISTED = 60; // rows of a list before one asks for all
const LONGEST_PATH = 200; // nodes of the path that are listed, the lowest
const NEIGHBOURS = 10; // beside ancestors, which are the nearest in a good embedding
const MOST_ANCESTORS = 30; // among them

class Panel {
  /** `go` takes a row to fly to. */
  constructor(tree, neighbours, go) {
    this.tree = tree;
    this.neighbours = neighbours;
    this.go = go;
    this.selected = -1;
    byId("title").textContent = readableName(tree.title, 60);
    byId("size").textContent = sizeInWords(tree);
    byId("places").textContent = placesInWords(tree, neighbours);
  }

  show(row) {
    if (row === this.selected) return;
    this.selected = row;
    replacedIn(byId("path"), this._pathTo(row), '[aria-current="location"]');
    byId("path").scrollLeft = byId("path").scrollWidth;
    replacedIn(byId("node"), this._nodeParts(row), "h2");
    byId("panel").scrollTop = 0;
    byId("said").textContent = `${this.tree.label(row)}, ${this._facts(row)}`;
  }

  _pathTo(row) {
    return this.tree.path(row).slice(-LONGEST_PATH).map((u) => {
      const item = document.createElement("li"), button = rowButton(this.tree, u, this.go);
      if (u === row) button.setAttribute("aria-current", "location");
      item.append(button);
      return item;
    });
  }

  _nodeParts(row) {
    const { tree } = this;
    const heading = element("h2", tree.label(row));
    heading.dir = "auto";
    heading.tabIndex = -1;
    const name = tree.names[row] === heading.textContent ? [] : [element("p", tree.names[row], "name")];
    const others = tree.otherParents.get(row) ?? [], guests = tree.otherChildren.get(row) ?? [];
    const attributes = document.createElement("dl");
    this._showAttributes(row, attributes);
    return [
      heading, ...name, element("p", this._facts(row), "facts"), attributes,
      ...this._counted("Parents", tree.graphParents(row), (u) => (others.includes(u) ? "second parent" : "")),
      ...this._counted("Children", tree.graphChildren(row), (u) => (guests.includes(u) ? "shown elsewhere" : "")),
      ...this._counted("Ancestors", tree.ancestors(row)),
      ...this._nearest(row),
    ];
  }

  _facts(row) {
    const { tree } = this;
    const below = tree.subtreeSizes[row] - 1;
    const level = row === 0 && !tree.ownRoot ? "above the roots" : `level ${tree.levels[row]}`;
    return `${level} · ${below === 0 ? "a leaf" : `${below.toLocaleString("en")} below`}`;
  }

  /** With distances, and what they are to the node. */
  _nearest(row) {
    const { tree, neighbours } = this;
    if (row === 0 && !tree.ownRoot) return [];
    const above = new Set(tree.ancestors(row));
    let left = NEIGHBOURS;
    const found = neighbours.nearest(row, NEIGHBOURS + Math.min(above.size, MOST_ANCESTORS))
      .filter((each) => (above.has(each.row) ? left > 0 : left-- > 0));
    const away = new Map(found.map((each) => [each.row, each.away]));
    const kin = kinship(tree, row);
    const title = neighbours.dimensions ? "Nearest in the embedding" : "Nearest on the map";
    return this._list(title, [...away.keys()], (u) => [...kin(u), away.get(u).toFixed(2)].join(", "));
  }

  async _showAttributes(row, list) {
    const columns = await this.tree.attributes();
    if (columns === null) {
      list.append(element("dt", "attributes"), element("dd", "this browser cannot unpack them"));
      return;
    }
    columns.forEach((values, i) => {
      if (values[row] !== null) list.append(element("dt", this.tree.attributeNames[i]), attributeValue(values[row]));
    });
  }

  _counted(title, rows, note) {
    return this._list(`${title} (${rows.length.toLocaleString("en")})`, rows, note);
  }

  _list(title, rows, note = () => "") {
    if (rows.length === 0) return [];
    const list = document.createElement("ul");
    const show = (shown) => list.replaceChildren(...shown.map((row) => {
      const item = document.createElement("li");
      item.append(rowButton(this.tree, row, this.go));
      if (note(row)) item.append(element("span", note(row), "note"));
      return item;
    }));
    show(rows.slice(0, LISTED));
    const parts = [element("h3", title), list];
    if (rows.length > LISTED) parts.push(this._moreButton(rows.length, () => show(rows)));
    return parts;
  }

  _moreButton(count, showAll) {
    const more = element("button", `all ${count.toLocaleString("en")}`, "more");
    more.type = "button";
    more.addEventListener("click", () => {
      showAll();
      more.remove();
    });
    return more;
  }
}

/** Put other children in a box; the keyboard's focus, if it was among them, goes to the one named. */
function replacedIn(box, children, focused) {
  const hadFocus = box.contains(document.activeElement);
  box.replaceChildren(...children);
  if (hadFocus) box.querySelector(focused)?.focus();
}

/** What another row is to a row: one word or none. */
function kinship(tree, row) {
  const above = new Set(tree.ancestors(row)), children = new Set(tree.graphChildren(row));
  return (u) => {
    if (above.has(u)) return ["ancestor"];
    if (children.has(u)) return ["child"];
    return tree.ancestors(u).includes(row) ? ["descendant"] : [];
  };
}

/** An attribute as text, and as a link where it is nothing but an address of the web. */
function attributeValue(text) {
  const value = element("dd", "");
  value.dir = "auto";
  if (/^https?:\/\/\S+$/.test(text)) {
    const link = element("a", text);
    link.href = text;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    value.append(link);
  } else {
    value.textContent = text;
  }
  return value;
}

function sizeInWords(tree) {
  const shown = tree.size - (tree.ownRoot ? 0 : 1), all = tree.total.toLocaleString("en");
  if (tree.size === 0) return "no nodes";
  if (shown === tree.total) return shown === 1 ? "1 node" : `${all} nodes`;
  return `${shown.toLocaleString("en")} of ${all} nodes: those with the largest subtrees`;
}

function placesInWords(tree, neighbours) {
  if (tree.ownPlaces) return "Nodes stand at their points in the embedding.";
  const places = "Nodes stand as a tree that is made for walking";
  if (!neighbours.dimensions) return `${places}.`;
  return `${places}, not at their points in the embedding, which has ${neighbours.dimensions} dimensions and tells the nearest nodes.`;
}
