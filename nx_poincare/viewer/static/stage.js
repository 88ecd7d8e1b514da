// The map on the screen: what is in view, when it is painted, and what the pointer does with it.
"use strict";

const MARGIN = 10; // pixels around the disk
const WALKS = { still: { finest: 1, most: 12000 }, moving: { finest: 3, most: 4000 } };
const SETTLED = 140; // milliseconds without motion until the fine picture is painted
const DEEPEST_DIVE = 3; // magnification, where there is nothing beyond

class Stage {
  /** What extends it says in `marked` which rows stand out. */
  constructor(canvas, tree, colouring, icons) {
    Object.assign(this, { canvas, tree, colouring, icons });
    this.showMap(tree);
    this.walks = WALKS;
    this.guests = []; // rows that are in the picture wherever they are
    this.hovered = -1;
    this.nodes = [];
    this.labels = [];
    this.frames = 0;
    this.movedAt = -Infinity;
  }

  /** Other places of the same rows, with one of them in the middle. */
  showMap(map, row = 0) {
    this.map = map;
    this.view = new View(map);
    this.view.lookAt(row);
    this.visible = new Visible(map);
    this.painting = new Painting(map, this.colouring, this.icons);
  }

  drag(from, to) {
    this.view.drag(held(this._inDisk(from)), held(this._inDisk(to)));
    this._moved();
  }

  magnify(factor, place) {
    this.view.magnify(factor, place ? held(this._inDisk(place)) : null);
    this._moved();
  }

  /** Towards a node that the pointer is over; when one is there, it grows. */
  dive(row, length) {
    const left = row < 0 ? length : this.view.approach(row, length);
    if (left > 0) this.view.zoom = Math.min(this.view.zoom * Math.exp(left / 2), Math.max(DEEPEST_DIVE, this.view.zoom));
    this._moved();
  }

  /** Back: first as small as the window, then towards the root. */
  climb(length) {
    if (this.view.zoom > 1) this.view.magnify(Math.exp(-length / 2), null);
    else this.view.approach(0, length);
    this._moved();
  }

  hover(row) {
    if (row === this.hovered) return;
    this.hovered = row;
    this.canvas.style.cursor = row >= 0 ? "pointer" : "grab";
    this.repaint();
  }

  /** The node at a place in pixels, by its dot or its name, or -1. */
  nodeAt(place, within = 8) {
    const [dot, away] = this._dotAt(place);
    if (away <= 2) return dot;
    const [x, y] = place, more = Math.max(within - 8, 0) / 2; // fingers need more room
    const label = this.labels.find(({ box }) => x >= box[0] && x <= box[2] && y >= box[1] - more && y <= box[3] + more);
    if (label) return label.row;
    return away < within ? dot : -1;
  }

  /** The nearest dot, and how far its edge is. */
  _dotAt([x, y]) {
    let best = -1, least = Infinity;
    for (const node of this.nodes) {
      const away = Math.hypot(node.x - x, node.y - y) - node.size;
      if (away < least) [best, least] = [node.row, away];
    }
    return [best, least];
  }

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
    ({ nodes: this.nodes, labels: this.labels } = this.paintOn(new CanvasSurface(this.context), moving));
    this.frames += 1;
    this.isMoving = moving;
    if (flying) this.repaint();
    else if (moving) this._paintFineSoon();
  }

  _paintFineSoon() {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.repaint(), SETTLED + 10);
  }

  paintOn(surface, moving = false) {
    const { width, height, radius } = this.frame;
    this.visible.update(this.view, {
      radius, halfWidth: width / 2 / radius, halfHeight: height / 2 / radius,
      always: this.hovered < 0 ? this.guests : [...this.guests, this.hovered],
      ...(moving ? this.walks.moving : this.walks.still),
    });
    return this.painting.paint(surface, this.visible, this.frame, { hovered: this.hovered, ...this.marked() });
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

  /** Follow the size of the canvas. */
  _observe() {
    new ResizeObserver(() => this._resize()).observe(this.canvas);
  }
}
