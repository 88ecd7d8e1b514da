// Pointer and wheel on a map, as calls on it and on the viewer.
"use strict";

const CLICK_PIXELS = 5; // a pointer that moves less has clicked
const DOUBLE_CLICK = 350; // milliseconds
const NEAR = { mouse: 8, touch: 20 }; // pixels from a dot that are still a click on it
const SAME_SCROLL = 350; // milliseconds without the wheel, until which it goes on to the same goal
const PIXELS_PER_UNIT = 260; // that the wheel turns for a hyperbolic unit

class Input {
  /** `stage` is the map under the pointer, `viewer` what goes from node to node. */
  constructor(stage, canvas, viewer) {
    Object.assign(this, { stage, canvas, viewer });
    this.pointers = new Map();
    this.travelled = 0;
    this.lastClick = { time: -Infinity, row: -1, place: [0, 0] };
    this.scroll = { time: -Infinity, row: -1 };
    this.isEngaged = window.parent === window; // in a frame, the wheel is the page's around it until one clicks
    for (const use of ["pointerdown", "wheel", "focus"]) canvas.addEventListener(use, () => viewer.use(stage), { passive: true });
    canvas.addEventListener("pointerdown", (event) => this._down(event));
    canvas.addEventListener("pointermove", (event) => this._moved(event));
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, (event) => this._up(event));
    canvas.addEventListener("pointerleave", () => viewer.hover(-1));
    canvas.addEventListener("wheel", (event) => this._wheel(event), { passive: false });
    this._listenForUse();
  }

  _listenForUse() {
    for (const use of ["pointerdown", "wheel", "keydown"]) {
      document.addEventListener(use, () => document.body.classList.add("used"), { once: true, passive: true });
    }
    if (this.isEngaged) return;
    document.addEventListener("pointerdown", () => { this.isEngaged = true; });
    window.addEventListener("blur", () => { this.isEngaged = false; });
  }

  _place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  _down(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, this._place(event));
    this.travelled = this.pointers.size > 1 ? Infinity : 0; // a pinch is no click
  }

  _moved(event) {
    const place = this._place(event), before = this.pointers.get(event.pointerId);
    if (!before) {
      this.viewer.hover(this.stage.nodeAt(place));
      return;
    }
    this.travelled += Math.hypot(place[0] - before[0], place[1] - before[1]);
    if (this.pointers.size === 1) {
      if (this.travelled > CLICK_PIXELS) {
        this.stage.drag(before, place);
        this.pointers.set(event.pointerId, place);
      }
      return;
    }
    const [other] = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    const spread = (at) => Math.max(Math.hypot(at[0] - other[0], at[1] - other[1]), 1);
    const middle = (at) => [(at[0] + other[0]) / 2, (at[1] + other[1]) / 2];
    this.stage.drag(middle(before), middle(place));
    this.stage.magnify(spread(place) / spread(before), middle(place));
    this.pointers.set(event.pointerId, place);
  }

  _up(event) {
    const isClick = this.travelled <= CLICK_PIXELS && event.type === "pointerup" && this.pointers.has(event.pointerId);
    this.pointers.delete(event.pointerId);
    if (isClick) this._click(this._place(event), event);
  }

  /** A click goes to a node, a second one at the same place opens it, whatever has flown there meanwhile. */
  _click(place, event) {
    const { time, row, place: before } = this.lastClick;
    const isSecond = event.timeStamp - time < DOUBLE_CLICK && Math.hypot(place[0] - before[0], place[1] - before[1]) < 4 * CLICK_PIXELS;
    const node = isSecond ? row : this.stage.nodeAt(place, NEAR[event.pointerType] ?? NEAR.touch);
    this.lastClick = { time: isSecond ? -Infinity : event.timeStamp, row: node, place };
    if (node < 0) return;
    if (isSecond) this.viewer.open(node);
    else if (event.shiftKey) this.viewer.compare(node);
    else this.viewer.select(node);
  }

  /** The wheel dives into what was under it when it began to turn, or climbs back; with Ctrl it magnifies. */
  _wheel(event) {
    if (!this.isEngaged && !event.ctrlKey) return;
    event.preventDefault();
    const turned = event.deltaY * (event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1);
    const pixels = Math.max(-300, Math.min(300, turned)), place = this._place(event);
    if (event.ctrlKey) return this.stage.magnify(Math.exp(-pixels / 500), place);
    if (event.timeStamp - this.scroll.time > SAME_SCROLL) this.scroll.row = this.stage.nodeAt(place, Infinity);
    this.scroll.time = event.timeStamp;
    if (pixels < 0) this.stage.dive(this.scroll.row, -pixels / PIXELS_PER_UNIT);
    else this.stage.climb(pixels / PIXELS_PER_UNIT);
  }
}
