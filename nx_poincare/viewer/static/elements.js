// Pieces of the page. Names reach it as text only.
"use strict";

const byId = (id) => document.getElementById(id);

function element(tag, text, className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** A button that names a row and goes there; on hovering it tells the whole name. */
function rowButton(tree, row, go) {
  const button = element("button", tree.label(row));
  button.type = "button";
  button.dir = "auto";
  button.dataset.row = row;
  if (tree.names[row] !== button.textContent) button.title = tree.names[row].slice(0, 400);
  button.addEventListener("click", () => go(row));
  return button;
}
