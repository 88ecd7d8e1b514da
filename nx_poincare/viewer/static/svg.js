// A surface to paint on: an SVG document, built as text. CanvasSurface has the same methods.
"use strict";

class SvgSurface {
  constructor(width, height, title) {
    this.head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`;
    this.parts = [`<title>${escaped(title)}</title>`];
  }

  /** What `paint` paints, in a window of its own: a place and a size. */
  part(x, y, width, height, paint) {
    this.parts.push(`<svg x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}">`);
    paint();
    this.parts.push("</svg>");
  }

  fill(width, height, colour) {
    this.parts.push(`<rect width="${width}" height="${height}" fill="${colour}"/>`);
  }

  disk(x, y, radius, { fill, stroke, width }) {
    const line = stroke ? ` stroke="${stroke}" stroke-width="${width}"` : "";
    this.parts.push(`<circle cx="${short(x)}" cy="${short(y)}" r="${short(radius)}" fill="${fill ?? "none"}"${line}/>`);
  }

  curves(numbers, style) {
    this._path(numbers, 8, (n) => `M${n[0]} ${n[1]}C${n.slice(2).join(" ")}`, style);
  }

  lines(numbers, style) {
    this._path(numbers, 4, (n) => `M${n[0]} ${n[1]}L${n[2]} ${n[3]}`, style);
  }

  _path(numbers, count, piece, { colour, width, alpha = 1, dash = [] }) {
    if (!numbers.length) return;
    let data = "";
    for (let i = 0; i < numbers.length; i += count) data += piece(Array.from(numbers.slice(i, i + count), short));
    const dashes = dash.length ? ` stroke-dasharray="${dash.join(" ")}"` : "";
    this.parts.push(
      `<path d="${data}" fill="none" stroke="${colour}" stroke-width="${short(width)}" opacity="${alpha}"${dashes}/>`,
    );
  }

  dots(numbers, { colour }) {
    if (!numbers.length) return;
    let circles = "";
    for (let i = 0; i < numbers.length; i += 3) {
      circles += `<circle cx="${short(numbers[i])}" cy="${short(numbers[i + 1])}" r="${short(numbers[i + 2])}"/>`;
    }
    this.parts.push(`<g fill="${colour}">${circles}</g>`);
  }

  image(image, x, y, side) {
    const [left, top] = [short(x - side / 2), short(y - side / 2)];
    this.parts.push(`<image x="${left}" y="${top}" width="${short(side)}" height="${short(side)}" href="${escaped(image.src)}"/>`);
  }

  text(text, x, y, { size, colour, halo, weight = 400, alpha = 1, isCentred = false }) {
    this.parts.push(
      `<text x="${short(x)}" y="${short(y)}" font-family="${FONT}" font-size="${size.toFixed(1)}" font-weight="${weight}" ` +
        `dominant-baseline="central"${isCentred ? ' text-anchor="middle"' : ""} fill="${colour}" opacity="${alpha}" stroke="${halo}" stroke-width="3.5" ` +
        `stroke-linejoin="round" paint-order="stroke">${escaped(isolated(text))}</text>`,
    );
  }

  toString() {
    return `${this.head}${this.parts.join("\n")}</svg>\n`;
  }
}

const short = (number) => Math.round(number * 100) / 100;

/** Text for XML: no markup, and none of the characters that XML has no place for. */
function escaped(text) {
  const allowed = text.toWellFormed ? text.toWellFormed() : text;
  return allowed
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
