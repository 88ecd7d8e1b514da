// What is written of the selected node: its path, what it is, and the nodes around it.
"use strict";

const LONGEST_PATH = 200; // nodes of the path that are listed, the lowest
const NEIGHBOURS = 10; // beside ancestors, which are the nearest in a good embedding
const MOST_ANCESTORS = 30; // among them

class Panel {
  /** `go` takes a row to fly to, `askOther` asks for a node to which to show the way. */
  constructor(tree, columns, neighbours, icons, { go, askOther }) {
    Object.assign(this, { tree, columns, neighbours, icons, go, askOther });
    this.selected = -1;
    byId("title").textContent = readableName(tree.title, 60);
    byId("size").textContent = sizeInWords(tree);
  }

  show(row) {
    if (row === this.selected) return;
    this.selected = row;
    this.refresh();
    byId("node").scrollTop = 0;
    byId("said").textContent = `${this.tree.label(row)}, ${factsOf(this.tree, row)}`;
  }

  refresh() {
    const row = this.selected, { tree } = this;
    if (row < 0) return;
    replacedIn(byId("path"), this._pathTo(row), '[aria-current="location"]');
    byId("path").scrollLeft = byId("path").scrollWidth;
    replacedIn(byId("node"), this._nodeParts(row), "h2");
    document.title = row === 0 ? tree.title : `${tree.label(row)} – ${tree.title}`;
  }

  /** Something that went wrong, until one goes on. */
  warn(text) {
    byId("notice").textContent = text;
    byId("notice").hidden = text === "";
  }

  _pathTo(row) {
    const nodes = this.tree.path(row).filter((u) => !this.tree.folded.has(u) || u === row);
    return nodes.slice(-LONGEST_PATH).map((u) => {
      const button = rowButton(this.tree, u, this.go);
      if (u === row) button.setAttribute("aria-current", "location");
      return box("li", [button]);
    });
  }

  _nodeParts(row) {
    const { tree, go } = this;
    const isNode = tree.isNode(row);
    const name = isNode && tree.names[row] !== tree.label(row) ? [element("p", tree.names[row].slice(0, 2000), "name")] : [];
    const others = tree.otherParents.get(row) ?? [], guests = tree.otherChildren.get(row) ?? [];
    const sizes = (u) => (tree.descendants[u] ? numberInWords(tree.descendants[u]) : "");
    const childNote = (u) => [guests.includes(u) ? "shown elsewhere" : "", sizes(u)].filter(Boolean).join(", ");
    const children = tree.folded.has(row) ? tree.nodesBelow(row) : tree.graphChildren(row);
    return [
      ...this.icons.parts(row), headingOf(tree.label(row)), ...name, element("p", factsOf(tree, row), "facts"), ...this._attributes(row),
      ...(isNode ? [pressable("Way to another node …", this.askOther, "action")] : []),
      ...new NodeList(tree, counted("Parents", isNode ? tree.graphParents(row) : []), isNode ? tree.graphParents(row) : [], go,
        { note: (u) => (others.includes(u) ? "second parent" : "") }).parts(),
      ...new NodeList(tree, counted("Children", children), children, go, { note: childNote, sorts: sortsOf(tree) }).parts(),
      ...new NodeList(tree, counted("Ancestors", tree.ancestors(row)), tree.ancestors(row), go).parts(),
      ...this._nearest(row),
    ];
  }

  /** As in a dictionary: each attribute by its name, what tells of the node and its words first. */
  _attributes(row) {
    const { columns } = this;
    if (columns.unreadable) return [element("p", "This browser cannot unpack the attributes.")];
    if (columns.values === null) return [];
    const parts = columns.values.flatMap((values, i) => {
      if (values[row] === null) return [];
      const value = columns.kinds[i] === "links" ? this._links(values[row]) : attributeValue(values[row]);
      if (i === columns.prose) value.classList.add("prose");
      if (columns.languages[i]) value.lang = columns.languages[i].tag;
      return [element("dt", columns.title(i)), value];
    });
    return parts.length ? [box("dl", parts)] : [];
  }

  /** Nodes by their names: those of the page can be gone to. */
  _links(names) {
    return box("dd", names.map((name) => {
      const row = this.columns.rowOf(name);
      return row >= 0 ? rowButton(this.tree, row, this.go) : element("span", readableName(name, 60));
    }), "links");
  }

  /** With distances, and what they are to the node. */
  _nearest(row) {
    const { tree, neighbours } = this;
    if (!neighbours.dimensions || !tree.isNode(row)) return [];
    const above = new Set(tree.ancestors(row));
    let left = NEIGHBOURS;
    const found = neighbours.nearest(row, NEIGHBOURS + Math.min(above.size, MOST_ANCESTORS))
      .filter((each) => (above.has(each.row) ? left > 0 : left-- > 0));
    const away = new Map(found.map((each) => [each.row, each.away]));
    const kin = kinship(tree, row);
    const note = (u) => [...kin(u), away.get(u).toFixed(2)].join(", ");
    return new NodeList(tree, "Nearest in the embedding", [...away.keys()], this.go, { note }).parts();
  }
}

function headingOf(text) {
  const heading = element("h2", text);
  heading.dir = "auto";
  heading.tabIndex = -1;
  return heading;
}

const counted = (title, rows) => `${title} (${numberInWords(rows.length)})`;

/** Level and number of descendants, those of the graph. */
function factsOf(tree, row) {
  if (tree.folded.has(row)) return `children of ${tree.label(tree.nodeAbove(row))} that have no room on the map`;
  if (!tree.isNode(row)) return `above the roots · ${numberInWords(tree.nodeCount)} nodes`;
  const below = tree.descendants[row];
  const many = `${tree.countsAll || below === 0 ? "" : "at least "}${numberInWords(below)} descendant${below === 1 ? "" : "s"}`;
  return `level ${tree.levels[row]} · ${below === 0 ? "a leaf" : many}`;
}

/** An attribute as text or words, and as a link where it is nothing but an address of the web. */
function attributeValue(shown) {
  const value = element("dd", "");
  value.dir = "auto";
  if (Array.isArray(shown)) {
    value.textContent = shown.map((word) => isolated(word.replaceAll("_", " "))).join(", ");
  } else if (/^https?:\/\/\S+$/.test(shown)) {
    const link = element("a", shown);
    Object.assign(link, { href: shown, target: "_blank", rel: "noopener noreferrer" });
    value.append(link);
  } else {
    value.textContent = String(shown);
  }
  return value;
}

function sizeInWords(tree) {
  const all = numberInWords(tree.total);
  if (tree.size === 0) return "no nodes";
  if (tree.nodeCount === tree.total) return tree.total === 1 ? "1 node" : `${all} nodes`;
  return `${numberInWords(tree.nodeCount)} of ${all} nodes: those with the largest subtrees`;
}

/** What one sees on a map, one of `MAPS`. */
function placesInWords(map, neighbours) {
  if (map === "embedding") return "Nodes stand at their points in the embedding.";
  if (map === "eye") return "Nodes stand in the directions of the embedding, nearer to the middle than their points are.";
  const places = "Nodes stand as a tree that is made for walking";
  if (!neighbours.dimensions) return `${places}.`;
  return `${places}, not at their points in the embedding, which has ${neighbours.dimensions} dimensions and tells the nearest nodes.`;
}
