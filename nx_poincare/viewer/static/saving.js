// What is seen as a file: all maps, as they stand beside each other.
"use strict";

function saveSvg(maps, title, name) {
  const { width, height } = sizeOfAll(maps), surface = new SvgSurface(width, height, title);
  paintAll(maps, surface);
  download(new Blob([surface.toString()], { type: "image/svg+xml" }), name, "svg");
}

function savePng(maps, name) {
  const { width, height } = sizeOfAll(maps), copy = document.createElement("canvas");
  copy.width = 2 * width;
  copy.height = 2 * height;
  const context = copy.getContext("2d");
  context.scale(2, 2);
  paintAll(maps, new CanvasSurface(context));
  copy.toBlob((blob) => download(blob, name, "png"), "image/png");
}

/** Maps know where their canvases stand, and paint themselves. */
function paintAll(maps, surface) {
  const { width, height } = sizeOfAll(maps);
  surface.fill(width, height, maps[0].colouring.theme.paper); // also between them
  for (const map of maps) {
    const { offsetLeft: x, offsetTop: y } = map.canvas, { frame } = map;
    surface.part(x - maps[0].canvas.offsetLeft, y - maps[0].canvas.offsetTop, frame.width, frame.height, () => map.paintOn(surface));
  }
}

function sizeOfAll(maps) {
  const [first, last] = [maps[0], maps[maps.length - 1]].map(({ canvas }) => canvas);
  return {
    width: last.offsetLeft - first.offsetLeft + last.clientWidth,
    height: last.offsetTop - first.offsetTop + last.clientHeight,
  };
}

function download(blob, name, suffix) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${name.replace(/[^\p{L}\p{N} _-]/gu, "").trim() || "hierarchy"}.${suffix}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
