// Geometry of the Poincaré disk, pure functions.
//
// A motion (an isometry that keeps orientation) is z -> (a z + b) / (conj(b) z + conj(a)) with
// |a|^2 - |b|^2 = 1, held as four numbers [Re a, Im a, Re b, Im b]. It moves the origin to
// b / conj(a), by the distance 2 asinh |b|, and turns there by 2 arg a. Distances and angles are
// read from a and b, never from points near the rim, so they stay exact far out.
"use strict";

const Hyperbolic = (() => {
  const identity = () => [1, 0, 0, 0];

  /** First `second`, then `first`. */
  function compose(first, second) {
    const target = [0, 0, 0, 0];
    composeInto(target, 0, first, 0, second, 0);
    return target;
  }

  /** The same on four numbers each from an offset on; the target may not be a source. */
  function composeInto(target, t, first, f, second, s) {
    const ar = first[f], ai = first[f + 1], br = first[f + 2], bi = first[f + 3];
    const cr = second[s], ci = second[s + 1], dr = second[s + 2], di = second[s + 3];
    target[t] = ar * cr - ai * ci + br * dr + bi * di;
    target[t + 1] = ar * ci + ai * cr + bi * dr - br * di;
    target[t + 2] = ar * dr - ai * di + br * cr + bi * ci;
    target[t + 3] = ar * di + ai * dr + bi * cr - br * ci;
  }

  const inverse = ([ar, ai, br, bi]) => [ar, -ai, -br, -bi];

  const rotation = (angle) => [Math.cos(angle / 2), Math.sin(angle / 2), 0, 0];

  /** Along the geodesic that leaves the origin in a direction; nothing turns. */
  function translation(length, direction) {
    const s = Math.sinh(length / 2);
    return [Math.cosh(length / 2), 0, s * Math.cos(direction), s * Math.sin(direction)];
  }

  /** From the frame of a child to its parent's: a step in the direction `turn`, which becomes direction 0. */
  const edge = (step, turn) => compose(rotation(turn), translation(step, 0));

  /** The translation that takes the origin to a point of the disk. */
  function translationTo([x, y]) {
    const scale = 1 / Math.sqrt(1 - x * x - y * y);
    return [scale, 0, x * scale, y * scale];
  }

  /** The translation along the geodesic through two points that takes the first to the second. */
  function translationBetween(p, q) {
    const toOrigin = inverse(translationTo(p));
    return compose(translationTo(p), compose(translationTo(apply(toOrigin, q)), toOrigin));
  }

  function apply([ar, ai, br, bi], [x, y]) {
    return divided(ar * x - ai * y + br, ar * y + ai * x + bi, br * x + bi * y + ar, br * y - bi * x - ai);
  }

  function divided(nr, ni, dr, di) {
    const size = dr * dr + di * di;
    return [(nr * dr + ni * di) / size, (ni * dr - nr * di) / size];
  }

  /** How far a motion moves the origin. */
  const length = ([, , br, bi]) => 2 * Math.asinh(Math.hypot(br, bi));

  /** In which direction it moves the origin. */
  const direction = ([ar, ai, br, bi]) => wrapped(Math.atan2(bi, br) + Math.atan2(ai, ar));

  /** By which angle it turns there, compared with the translation to that point. */
  const turn = ([ar, ai]) => wrapped(2 * Math.atan2(ai, ar));

  /** An angle between -pi and pi. */
  const wrapped = (angle) => angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));

  /** Back to |a|^2 - |b|^2 = 1 after many compositions. */
  function normalised([ar, ai, br, bi]) {
    const scale = 1 / Math.sqrt(ar * ar + ai * ai - br * br - bi * bi);
    return [ar * scale, ai * scale, br * scale, bi * scale];
  }

  /** Half the angle by which the geodesic from p to q turns: arg(1 - conj(p) q). */
  const bend = (px, py, qx, qy) => Math.atan2(py * qx - px * qy, 1 - px * qx - py * qy);

  /** The geodesic as a cubic Bézier curve: writes its two handles (four numbers) into `target`. */
  function geodesicHandles(target, at, px, py, qx, qy) {
    const half = bend(px, py, qx, qy);
    const share = Math.abs(half) < 1e-4 ? 1 / 3 : (2 / 3) * Math.tan(half / 2) / Math.sin(half);
    const cos = Math.cos(half) * share, sin = Math.sin(half) * share;
    const dx = qx - px, dy = qy - py;
    target[at] = px + dx * cos + dy * sin;
    target[at + 1] = py + dy * cos - dx * sin;
    target[at + 2] = qx - dx * cos + dy * sin;
    target[at + 3] = qy - dy * cos - dx * sin;
  }

  return {
    identity, compose, composeInto, inverse, rotation, translation, edge, translationTo, translationBetween,
    apply, length, direction, turn, wrapped, normalised, geodesicHandles,
  };
})();
