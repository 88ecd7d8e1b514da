// Pointer, wheel and keys, as calls on the viewer.
"use strict";

const CLICK_PIXELS = 5; // a pointer that moves less has clicked
const DOUBLE_CLICK = 350; // milliseconds

class Input {
  constructor(viewer, canvas) {
    this.viewer = viewer;
    this.canvas = canvas;
    this.pointers = new Map();
    this.travelled = 0;
    this.lastClick = -Infinity;
    canvas.addEventListener("pointerdown", (event) => this._down(event));
    canvas.addEventListener("pointermove", (event) => this._moved(event));
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, (event) => this._up(event));
    canvas.addEventListener("pointerleave", () => viewer.hover(-1));
    canvas.addEventListener("wheel", (event) => this._wheel(event), { passive: false });
    document.addEventListener("keydown", (event) => this._key(event));
    for (const use of ["pointerdown", "wheel", "keydown"]) {
      document.addEventListener(use, () => document.body.classList.add("used"), { once: true, passive: true });
    }
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
      this.viewer.hover(this.viewer.nodeAt(place));
      return;
    }
    this.travelled += Math.hypot(place[0] - before[0], place[1] - before[1]);
    if (this.pointers.size === 1) {
      if (this.travelled > CLICK_PIXELS) {
        this.viewer.drag(before, place);
        this.pointers.set(event.pointerId, place);
      }
      return;
    }
    const [other] = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    const spread = (at) => Math.max(Math.hypot(at[0] - other[0], at[1] - other[1]), 1);
    const middle = (at) => [(at[0] + other[0]) / 2, (at[1] + other[1]) / 2];
    this.viewer.drag(middle(before), middle(place));
    this.viewer.magnify(spread(place) / spread(before), middle(place));
    this.pointers.set(event.pointerId, place);
  }

  _up(event) {
    const isClick = this.travelled <= CLICK_PIXELS && event.type === "pointerup" && this.pointers.has(event.pointerId);
    this.pointers.delete(event.pointerId);
    if (!isClick) return;
    const node = this.viewer.nodeAt(this._place(event), event.pointerType === "mouse" ? 8 : 20);
    const isDouble = event.timeStamp - this.lastClick < DOUBLE_CLICK;
    this.lastClick = isDouble ? -Infinity : event.timeStamp;
    if (isDouble) this.viewer.home();
    else if (node >= 0) this.viewer.select(node);
  }

  _wheel(event) {
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1);
    this.viewer.magnify(Math.exp(-Math.max(-300, Math.min(300, pixels)) / 500), this._place(event));
  }

  _key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, dialog")) return;
    const { viewer } = this;
    const actions = {
      ArrowUp: () => viewer.walk("parent"),
      ArrowDown: () => viewer.walk("child"),
      ArrowLeft: () => viewer.walk("previous"),
      ArrowRight: () => viewer.walk("next"),
      Home: () => viewer.home(),
      "+": () => viewer.magnify(1.25),
      "=": () => viewer.magnify(1.25),
      "-": () => viewer.magnify(0.8),
      "/": () => byId("search").focus(),
      "?": () => viewer.showKeys(),
      r: () => viewer.surprise(),
    };
    if (!(event.key in actions)) return;
    event.preventDefault();
    actions[event.key]();
  }
}
