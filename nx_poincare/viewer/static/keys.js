// Keys, as calls on the viewer.
"use strict";

function listenToKeys(viewer) {
  document.addEventListener("keydown", (event) => pressed(event, viewer));
}

function pressed(event, viewer) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, select, dialog")) return;
  const actions = {
    ArrowUp: () => viewer.walk("parent"),
    ArrowDown: () => viewer.walk("child"),
    ArrowLeft: () => viewer.walk("previous"),
    ArrowRight: () => viewer.walk("next"),
    Home: () => viewer.home(),
    "+": () => viewer.used.magnify(1.25),
    "=": () => viewer.used.magnify(1.25),
    "-": () => viewer.used.magnify(0.8),
    "/": () => byId("search").focus(),
    "?": () => viewer.showKeys(),
    r: () => viewer.surprise(),
    w: () => viewer.askOther(),
  };
  if (!(event.key in actions)) return;
  event.preventDefault();
  actions[event.key]();
}
