// A second map beside the first: the same rows at other places, linked by what is selected and hovered.
"use strict";

const WALKS_BESIDE = { still: { finest: 1, most: 6000 }, moving: { finest: 3, most: 1200 } }; // what two maps have time for

class Companion extends Stage {
  constructor(canvas, viewer) {
    super(canvas, viewer.tree, viewer.colouring, viewer.icons);
    Object.assign(this, { viewer, walks: WALKS_BESIDE });
    this.canvas.hidden = true;
    this.input = new Input(this, canvas, viewer);
    this._resize();
    this._observe();
  }

  /** Whether there is a second map, and room for it. */
  get isShown() {
    return this.canvas.offsetParent !== null;
  }

  /** A map, with the selected row in the middle, or nothing for null. */
  show(map) {
    this.canvas.hidden = map === null;
    byId("maps").classList.toggle("two", map !== null);
    if (map === null || map === this.map) return;
    this.showMap(map, this.viewer.selected);
    this._resize();
  }

  /** Fly to a row as the first map does. */
  follow(row, guests, still) {
    this.guests = [...guests, row];
    this.view.flyTo(row, { still });
    this.repaint();
  }

  repaint() {
    if (!this.canvas.hidden) super.repaint();
  }

  marked() {
    return this.viewer.marked();
  }
}
