// The view as a file. `paintOn` paints it on a surface.
"use strict";

function saveSvg(frame, title, name, paintOn) {
  const surface = new SvgSurface(frame.width, frame.height, title);
  paintOn(surface);
  download(new Blob([surface.toString()], { type: "image/svg+xml" }), name, "svg");
}

function savePng(frame, name, paintOn) {
  const copy = document.createElement("canvas");
  copy.width = 2 * frame.width;
  copy.height = 2 * frame.height;
  const context = copy.getContext("2d");
  context.scale(2, 2);
  paintOn(new CanvasSurface(context));
  copy.toBlob((blob) => download(blob, name, "png"), "image/png");
}

function download(blob, name, suffix) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${name.replace(/[^\p{L}\p{N} _-]/gu, "").trim() || "hierarchy"}.${suffix}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
