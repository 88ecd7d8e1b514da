// The viewer: holds tree, view, picture and panel together, and starts.
"use strict";

const MARGIN = 14; // pixels around the disk
const STILL = { finest: 1, most: 20000 };
const MOVING = { finest: 3, most: 6000 };
const MOST_GUESTS = 60;
const SETTLED = 140; // milliseconds without motion until the fine picture is painted

class Viewer {
  constructor(tree, points) {
    this.tree = tree;
    this.canvas = byId("disk");
    this.view = new View(tree);
    this.visible = new Visible(tree);
    this.painting = new Painting(tree);
    this.panel = new Panel(tree, new Neighbours(tree, points), (row) => this.select(row));
    this.address = new Address(tree);
    this.finder = new Finder(tree, (row) => this.select(row));
    this.selected = 0;
    this.guests = []; // rows at the other ends of its edges that are not in the tree
    this.hovered = -1;
    this.nodes = [];
    this.lastChild = new Map(); // where one came from, so that down leads back there
    this.frames = 0;
    this.movedAt = -Infinity;
    this._listen();
    this._resize();
    if (tree.size === 0) return this.repaint();
    this._goTo(0, { still: true });
    this._openAddress();
    this.repaint();
  }

  // -- what one can do -------------------------------------------------------------------------

  /** Go to a row; the browser's back button leads to where one was. */
  select(row) {
    if (!this._has(row)) return;
    if (row !== this.selected) this.address.write(row, { strolling: false });
    this._goTo(row);
  }

  _has(row) {
    return row >= 0 && row < this.tree.size;
  }

  _goTo(row, { still = false } = {}) {
    this.selected = row;
    this.guests = this.tree.guests(row).slice(0, MOST_GUESTS);
    for (let u = row; this.tree.parents[u] >= 0; u = this.tree.parents[u]) this.lastChild.set(this.tree.parents[u], u);
    this.view.flyTo(row, { still: still || this.reducedMotion.matches });
    this.panel.show(row);
    this.canvas.setAttribute("aria-label", `Map of ${this.tree.label(0)}, at ${this.tree.label(row)}`);
    this.repaint();
  }

  /** To the root, and the whole disk in the window. */
  home() {
    this.view.zoom = 1;
    this._setFrame();
    this.select(0);
  }

  /** One edge, or to a sibling. A whole walk is one step of the browser's history. */
  walk(where) {
    const { tree, selected } = this;
    if (tree.size === 0) return;
    const parent = tree.parents[selected];
    const targets = {
      parent: () => parent,
      child: () => this.lastChild.get(selected) ?? (tree.childCounts[selected] ? tree.firstChild[selected] : -1),
      previous: () => this._sibling(-1),
      next: () => this._sibling(1),
    };
    const row = targets[where]();
    if (!this._has(row) || row === selected) return;
    this.address.write(row, { strolling: true });
    this._goTo(row);
  }

  _sibling(step) {
    const parent = this.tree.parents[this.selected];
    if (parent < 0) return -1;
    const first = this.tree.firstChild[parent], count = this.tree.childCounts[parent];
    return first + ((this.selected - first + step + count) % count);
  }

  surprise() {
    if (this.tree.size) this.select(Math.floor(Math.random() * this.tree.size));
  }

  drag(from, to) {
    this.view.drag(held(this._inDisk(from)), held(this._inDisk(to)));
    this._moved();
  }

  magnify(factor, place) {
    this.view.magnify(factor, place ? held(this._inDisk(place)) : null);
    this._moved();
  }

  hover(row) {
    if (row === this.hovered) return;
    this.hovered = row;
    this.canvas.style.cursor = row >= 0 ? "pointer" : "grab";
    this.repaint();
  }

  /** The node at a place in pixels, or -1. */
  nodeAt([x, y], within = 8) {
    let best = -1, least = Infinity;
    for (const node of this.nodes) {
      const away = Math.hypot(node.x - x, node.y - y) - node.size;
      if (away < Math.min(least, within)) {
        least = away;
        best = node.row;
      }
    }
    return best;
  }

  showKeys() {
    byId("keys").showModal();
  }

  saveSvg() {
    const surface = new SvgSurface(this.frame.width, this.frame.height, this.tree.title);
    this._paintOn(surface);
    this._download(new Blob([surface.toString()], { type: "image/svg+xml" }), "svg");
  }

  savePng() {
    const copy = document.createElement("canvas");
    copy.width = 2 * this.frame.width;
    copy.height = 2 * this.frame.height;
    const context = copy.getContext("2d");
    context.scale(2, 2);
    this._paintOn(new CanvasSurface(context));
    copy.toBlob((blob) => this._download(blob, "png"), "image/png");
  }

  /** Save a file that has the name of the selected node. */
  _download(blob, suffix) {
    const link = document.createElement("a");
    const name = this.tree.size ? this.tree.label(this.selected).replace(/[^\p{L}\p{N} _-]/gu, "").trim() : "";
    link.href = URL.createObjectURL(blob);
    link.download = `${name || "hierarchy"}.${suffix}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  // -- the picture -----------------------------------------------------------------------------

  /** Paint before the next frame of the screen. */
  repaint() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame((now) => {
      this.waiting = false;
      this._frame(now);
    });
  }

  _frame(now) {
    const elapsed = Math.min(now - (this.lastFrame ?? now - 16), 100);
    this.lastFrame = now;
    const flying = this.view.advance(elapsed);
    if (flying) this.movedAt = performance.now();
    const moving = performance.now() - this.movedAt < SETTLED;
    this.nodes = this._paintOn(new CanvasSurface(this.context), moving);
    this.frames += 1;
    document.documentElement.dataset.state = moving ? "moving" : "still";
    if (flying) this.repaint();
    else if (moving) this._paintFineSoon();
  }

  _paintFineSoon() {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.repaint(), SETTLED + 10);
  }

  _paintOn(surface, moving = false) {
    const { width, height, radius } = this.frame;
    this.visible.update(this.view, {
      radius, halfWidth: width / 2 / radius, halfHeight: height / 2 / radius, always: this.guests,
      ...(moving ? MOVING : STILL),
    });
    return this.painting.paint(surface, this.visible, this.frame, { selected: this.selected, hovered: this.hovered });
  }

  _moved() {
    this.movedAt = performance.now();
    this._setFrame();
    this.repaint();
  }

  _inDisk([x, y]) {
    return [(x - this.frame.x) / this.frame.radius, (this.frame.y - y) / this.frame.radius];
  }

  _setFrame() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const radius = Math.max(Math.min(width, height) / 2 - MARGIN, 20) * this.view.zoom;
    this.frame = { width, height, x: width / 2, y: height / 2, radius };
  }

  _resize() {
    this._setFrame();
    const dots = Math.min(window.devicePixelRatio || 1, 2);
    this.canvas.width = Math.max(Math.round(this.frame.width * dots), 1);
    this.canvas.height = Math.max(Math.round(this.frame.height * dots), 1);
    this.context = this.canvas.getContext("2d", { alpha: false });
    this.context.setTransform(dots, 0, 0, dots, 0, 0);
    this.repaint();
  }

  // -- the page --------------------------------------------------------------------------------

  _listen() {
    this.reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.painting.readTheme();
      this.repaint();
    });
    new ResizeObserver(() => this._resize()).observe(this.canvas);
    window.addEventListener("popstate", () => this._openAddress());
    const buttons = { home: "home", surprise: "surprise", svg: "saveSvg", png: "savePng", help: "showKeys" };
    for (const [id, method] of Object.entries(buttons)) byId(id).addEventListener("click", () => this[method]());
    byId("closer").addEventListener("click", () => this.magnify(1.25));
    byId("farther").addEventListener("click", () => this.magnify(0.8));
    this.input = new Input(this, this.canvas);
  }

  _openAddress() {
    const row = this.address.row();
    if (this._has(row) && row !== this.selected) this._goTo(row, { still: this.frames === 0 });
  }
}

const content = JSON.parse(byId("content").textContent);
const viewer = new Viewer(new Tree(content), content.points);
