// A surface to paint on: the canvas. SvgSurface has the same methods.
"use strict";

class CanvasSurface {
  constructor(context) {
    this.context = context;
  }

  /** What `paint` paints, in a window of its own: a place and a size. */
  part(x, y, width, height, paint) {
    this.context.save();
    this.context.translate(x, y);
    this.context.beginPath();
    this.context.rect(0, 0, width, height);
    this.context.clip();
    paint();
    this.context.restore();
  }

  fill(width, height, colour) {
    this.context.fillStyle = colour;
    this.context.fillRect(0, 0, width, height);
  }

  disk(x, y, radius, { fill, stroke, width }) {
    this.context.beginPath();
    this.context.arc(x, y, radius, 0, 2 * Math.PI);
    if (fill) {
      this.context.fillStyle = fill;
      this.context.fill();
    }
    if (stroke) {
      this.context.strokeStyle = stroke;
      this.context.lineWidth = width;
      this.context.stroke();
    }
  }

  /** Cubic curves of eight numbers each: start, two handles, end. */
  curves(numbers, { colour, width, alpha = 1, dash = [] }) {
    const context = this.context;
    context.beginPath();
    for (let i = 0; i < numbers.length; i += 8) {
      context.moveTo(numbers[i], numbers[i + 1]);
      context.bezierCurveTo(numbers[i + 2], numbers[i + 3], numbers[i + 4], numbers[i + 5], numbers[i + 6], numbers[i + 7]);
    }
    this._stroke(colour, width, alpha, dash);
  }

  /** Straight lines of four numbers each. */
  lines(numbers, { colour, width, alpha = 1, dash = [] }) {
    const context = this.context;
    context.beginPath();
    for (let i = 0; i < numbers.length; i += 4) {
      context.moveTo(numbers[i], numbers[i + 1]);
      context.lineTo(numbers[i + 2], numbers[i + 3]);
    }
    this._stroke(colour, width, alpha, dash);
  }

  _stroke(colour, width, alpha, dash) {
    const context = this.context;
    context.globalAlpha = alpha;
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.setLineDash(dash);
    context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 1;
  }

  /** Dots of three numbers each: x, y, radius. The smallest are squares, which nobody sees. */
  dots(numbers, { colour }) {
    const context = this.context;
    context.fillStyle = colour;
    context.beginPath();
    for (let i = 0; i < numbers.length; i += 3) {
      const x = numbers[i], y = numbers[i + 1], radius = numbers[i + 2];
      if (radius < 1.3) {
        context.rect(x - 0.9 * radius, y - 0.9 * radius, 1.8 * radius, 1.8 * radius);
      } else {
        context.moveTo(x + radius, y);
        context.arc(x, y, radius, 0, 2 * Math.PI);
      }
    }
    context.fill();
  }

  /** An image, as large as it fits into a square around a place; nothing before it is loaded. */
  image(image, x, y, side) {
    if (!image.complete || image.naturalWidth === 0) return;
    const scale = side / Math.max(image.naturalWidth, image.naturalHeight);
    const width = scale * image.naturalWidth, height = scale * image.naturalHeight;
    this.context.drawImage(image, x - width / 2, y - height / 2, width, height);
  }

  text(text, x, y, { size, colour, halo, weight = 400, alpha = 1, isCentred = false }) {
    const context = this.context;
    context.font = `${weight} ${size.toFixed(1)}px ${FONT}`;
    context.textBaseline = "middle";
    context.textAlign = isCentred ? "center" : "left";
    context.lineJoin = "round";
    context.lineWidth = 3.5;
    context.strokeStyle = halo;
    context.globalAlpha = Math.min(1, alpha + 0.2);
    context.strokeText(isolated(text), x, y);
    context.fillStyle = colour;
    context.globalAlpha = alpha;
    context.fillText(isolated(text), x, y);
    context.globalAlpha = 1;
  }
}
