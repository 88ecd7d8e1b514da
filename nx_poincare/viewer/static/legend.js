// The legend under the map, and the menus of what colours and sizes show.
"use strict";

class Legend {
  /** `go` takes a row to fly to; `changed` is called when the reader picks something. */
  constructor(tree, columns, colouring, { go, changed }) {
    Object.assign(this, { tree, columns, colouring, go });
    this.allParents = false;
    byId("seconds").hidden = tree.others.length === 0;
    byId("colour").addEventListener("change", () => {
      colouring.colourBy(byId("colour").value);
      changed();
    });
    byId("sized").addEventListener("change", () => {
      colouring.sizeBy(byId("sized").value || null);
      changed();
    });
    byId("all-parents").addEventListener("change", () => {
      this.allParents = byId("all-parents").checked;
      changed();
    });
    this.refresh();
  }

  /** Write both anew. */
  refresh() {
    const { columns, colouring } = this;
    const named = (kinds) => columns.ofKind(...kinds).map((i) => [columns.names[i], columns.names[i]]);
    fillMenu(byId("colour"), [["level", "level"], ["branch", "branch"], ...named(["number", "category"])], colouring.by);
    fillMenu(byId("sized"), [["", "descendants"], ...named(["number"])], colouring.sizedBy ?? "");
    byId("seconds-swatch").replaceChildren(lineSwatch(colouring.theme.quiet, QUIET));
    byId("sizes").hidden = columns.ofKind("number").length === 0;
    const { title, items, low, high } = colouring.legend;
    byId("legend").replaceChildren(element("span", title, "caption"), ...(items ? items.map((item) => this._item(item)) : this._scale(low, high)));
  }

  _item({ label, row, index }) {
    const text = row === undefined ? element("span", shortened(String(label), 24)) : rowButton(this.tree, row, this.go);
    return box("span", [swatch(this.colouring.colour(index)), text], "item");
  }

  _scale(low, high) {
    return [element("span", low), ...this.colouring.ramp.map(swatch), element("span", high)];
  }
}

/** A spot of a colour. */
const swatch = (colour) => drawing("0 0 10 10", "circle", { cx: 5, cy: 5, r: 5, fill: colour });

/** A line as the map has it. */
const lineSwatch = (colour, { width, alpha }) => drawing("0 0 16 10", "path", {
  d: "M0 8C6 8 9 2 16 2", fill: "none", stroke: colour, "stroke-width": width, "stroke-opacity": alpha,
});

/** A shape as a drawing of its own: the page's policy allows no style in an element. */
function drawing(viewBox, shape, attributes) {
  const [around, made] = ["svg", shape].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  around.setAttribute("viewBox", viewBox);
  around.setAttribute("aria-hidden", "true");
  around.append(made);
  return around;
}

function fillMenu(menu, choices, chosen) {
  menu.replaceChildren(...choices.map(([value, text]) => {
    const option = element("option", shortened(text, 24));
    option.value = value;
    return option;
  }));
  menu.value = chosen;
}
