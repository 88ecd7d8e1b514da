// Icons of nodes, a short text or an image, where there is room for them on the map, and in the panel.
"use strict";

const ROOM = 30; // pixels that a node has for an icon
const SMALLEST = 9, LARGEST = 20; // radius of the disk that an icon stands on, in pixels
const MOST_ICONS = 80;
const TEXT_SHARE = 1.25, IMAGE_SHARE = 1.36; // of that radius: the size of a text, the side of an image

class Icons {
  /** `loaded` is called when an image is there to be painted. */
  constructor({ rows, which, different }, loaded) {
    const numbers = decoded(which);
    this.icons = new Map(Array.from(decoded(rows), (row, i) => [row, different[numbers[i]]]));
    this.images = new Map(); // of addresses
    this.loaded = loaded;
  }

  /** Nodes that have room, the largest first, none over another node; their dots become as large as their icons. */
  place(nodes, frame, first) {
    if (this.icons.size === 0) return [];
    const wanted = nodes.filter(({ row, scale }) => this.icons.has(row) && (first.has(row) || scale * frame.radius > ROOM))
      .sort((a, b) => first.has(b.row) - first.has(a.row) || b.scale - a.scale || a.row - b.row);
    const dots = new Boxes(frame.width, frame.height), placed = [];
    for (const node of nodes) dots.add(dotBox(node), node.row, node.size);
    for (const node of wanted) {
      if (placed.length === MOST_ICONS) break;
      const size = Math.min(Math.max(0.16 * node.scale * frame.radius, SMALLEST), LARGEST), large = { ...node, size };
      if (!first.has(node.row) && dots.gapToOthers(dotBox(large), node.row, 0, 1) < 1) continue;
      node.size = size;
      dots.add(dotBox(node), node.row, size);
      placed.push(node);
    }
    return placed;
  }

  paint(surface, nodes, { theme, colourOf }) {
    for (const { row, x, y, size } of nodes) {
      const icon = this.icons.get(row);
      surface.disk(x, y, size, { fill: theme.disk, stroke: colourOf(row), width: 1.6 });
      if (isImage(icon)) surface.image(this._image(icon), x, y, IMAGE_SHARE * size);
      else surface.text(icon, x, y, { size: this._textSize(icon, size), colour: theme.ink, halo: theme.disk, isCentred: true });
    }
  }

  _textSize(text, radius) {
    this.ruler ??= document.createElement("canvas").getContext("2d");
    this.ruler.font = `100px ${FONT}`;
    return Math.min(TEXT_SHARE * radius, (165 * radius) / Math.max(this.ruler.measureText(text).width, 1));
  }

  _image(address) {
    if (!this.images.has(address)) {
      const image = new Image();
      image.addEventListener("load", this.loaded);
      image.src = address;
      this.images.set(address, image);
    }
    return this.images.get(address);
  }

  /** For the panel, none where a row has no icon. */
  parts(row) {
    const icon = this.icons.get(row);
    if (icon === undefined) return [];
    const shown = element(isImage(icon) ? "img" : "span", "", "icon");
    if (isImage(icon)) Object.assign(shown, { src: icon, alt: "" });
    else shown.textContent = icon;
    shown.setAttribute("aria-hidden", "true"); // the name stands beside it
    return [shown];
  }
}

const isImage = (icon) => icon.startsWith("data:");
