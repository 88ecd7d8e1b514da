// Pieces of the page. Names reach it as text only.
"use strict";

const byId = (id) => document.getElementById(id);

function element(tag, text, className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** An element around others. */
function box(tag, children, className = "") {
  const made = element(tag, "", className);
  made.append(...children);
  return made;
}

function pressable(text, press, className = "") {
  const button = element("button", text, className);
  button.type = "button";
  button.addEventListener("click", press);
  return button;
}

/** A button that names a row and goes there; on hovering it tells the whole name. */
function rowButton(tree, row, go) {
  const button = pressable(tree.label(row), () => go(row));
  button.dir = "auto";
  button.dataset.row = row;
  if (tree.names[row] !== button.textContent && tree.isNode(row)) button.title = tree.names[row].slice(0, 400);
  return button;
}

/** Put other children in a box; the keyboard's focus, if it was among them, goes to the one named. */
function replacedIn(place, children, focused) {
  const hadFocus = place.contains(document.activeElement);
  place.replaceChildren(...children);
  if (hadFocus) place.querySelector(focused)?.focus();
}
