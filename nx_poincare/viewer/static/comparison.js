// Two nodes beside each other, and the way between them over their lowest common ancestor.
"use strict";

class Comparison {
  /** `go` takes a row to fly to, `close` ends the comparison. */
  constructor(tree, columns, neighbours, { go, close }) {
    Object.assign(this, { tree, columns, neighbours, go, close });
  }

  /** Write it in the panel. */
  show(a, b, way, hash) {
    const { tree } = this;
    const link = element("a", "Link to this way");
    link.href = hash;
    const done = pressable("Close", this.close, "action");
    const parts = [headingOf(`${tree.label(a)} and ${tree.label(b)}`), ...this._wayParts(way), this._table(a, b, way), box("p", [link, done], "actions")];
    replacedIn(byId("node"), parts, "h2");
    byId("node").scrollTop = 0;
    document.title = `${tree.label(a)} and ${tree.label(b)} – ${tree.title}`;
    byId("said").textContent = way === null ? "no common ancestor" : `lowest common ancestor: ${tree.label(way.top)}, ${edgesInWords(way)}`;
  }

  _wayParts(way) {
    if (way === null) return [element("p", "They have no common ancestor.")];
    const above = box("p", [element("span", "Lowest common ancestor: "), rowButton(this.tree, way.top, this.go)]);
    const before = way.rows.indexOf(way.top);
    const steps = way.rows.map((row, i) => box("li", [
      element("span", i === 0 ? "" : i <= before ? "↑" : "↓", "note"), rowButton(this.tree, row, this.go),
    ]));
    return [above, element("h3", `The way, ${edgesInWords(way)}`), box("ol", steps, "way")];
  }

  _table(a, b, way) {
    const { tree, columns, neighbours } = this;
    const rows = [
      ["level", tree.levels[a], tree.levels[b]],
      ["descendants", tree.descendants[a], tree.descendants[b]],
      ...(columns.values ?? []).map((_, i) => [columns.title(i), columns.shown(i, a), columns.shown(i, b)]),
    ].filter(([, one, two]) => one !== null || two !== null);
    const table = box("table", [box("thead", [box("tr", [
      element("td", ""), ...[a, b].map((row) => scoped("col", rowButton(tree, row, this.go))),
    ])]), box("tbody", rows.map(([name, one, two]) => box("tr", [scoped("row", name), cell(one), cell(two)])))]);
    const both = tree.ancestors(a).filter((row) => tree.ancestors(b).includes(row)).length;
    const facts = [`${numberInWords(both)} ancestor${both === 1 ? "" : "s"} in common`];
    if (neighbours.dimensions && way !== null) facts.push(`distance in the embedding: ${neighbours.distance(a, b).toFixed(2)}`);
    return box("div", [element("h3", "Compared"), table, element("p", facts.join(" · "))]);
  }
}

const edgesInWords = ({ rows }) => (rows.length === 2 ? "1 edge" : `${numberInWords(rows.length - 1)} edges`);

function scoped(scope, content) {
  const made = box("th", [content]);
  made.scope = scope;
  return made;
}

function cell(value) {
  const text = value === null ? "" : Array.isArray(value) ? value.join(", ").replaceAll("_", " ") : typeof value === "number" ? numberInWords(value) : value;
  return element("td", shortened(String(text), 300));
}
