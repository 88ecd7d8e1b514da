// Where rows stand: as a tree that is made for walking, or at the points of an embedding in two dimensions.
"use strict";

const MAPS = { layout: "tree", embedding: "embedding", eye: "embedding, nearer" };
const MOST_OF_THE_NODES = 0.9, THEIR_RADIUS = 2.9; // as in the package's pictures: nine in ten within 0.9 of the disk

class Maps {
  constructor(tree, neighbours) {
    Object.assign(this, { tree, neighbours });
    this.names = neighbours.dimensions === 2 && tree.size ? Object.keys(MAPS) : ["layout"];
    this.made = new Map([["layout", tree]]);
  }

  /** The tree with other places, made when they are asked for. */
  of(name) {
    if (!this.made.has(name)) this.made.set(name, this._atPoints(name === "eye" ? this._scaleForTheEye() : 1));
    return this.made.get(name);
  }

  _scaleForTheEye() {
    const radii = Float64Array.from(this.neighbours.radii.filter((_, row) => this.tree.isNode(row))).sort();
    const place = MOST_OF_THE_NODES * (radii.length - 1), low = Math.floor(place);
    const far = radii[low] + (place - low) * ((radii[low + 1] ?? radii[low]) - radii[low]);
    return far > THEIR_RADIUS ? THEIR_RADIUS / far : 1;
  }

  _atPoints(scale) {
    const { radii, directions } = this.neighbours;
    const root = Hyperbolic.translation(radii.length ? scale * radii[0] : 0, Math.atan2(directions[1], directions[0]));
    return this.tree.atPoints({ ...this._stepsAndTurns(scale), rootMotion: root });
  }

  /** Of each row as seen from its tree parent, as `relative_points` in Python: nothing cancels far from the origin. */
  _stepsAndTurns(scale) {
    const { radii, directions, differences } = this.neighbours, { parents, size } = this.tree;
    const steps = new Float64Array(size), turns = new Float64Array(size), straightOn = new Float64Array(size);
    for (let v = 1; v < size; v++) {
      const p = parents[v], px = directions[2 * p], py = directions[2 * p + 1];
      const dx = differences[2 * v], dy = differences[2 * v + 1];
      const angle = Math.atan2(px * dy - py * dx, 1 - (dx * dx + dy * dy) / 2);
      const chordReal = -2 * Math.sin(angle / 2) ** 2, chordImaginary = Math.sin(angle); // exp(i angle) - 1
      const above = (scale * radii[p]) / 2, own = (scale * radii[v]) / 2;
      const both = Math.sinh(above) * Math.sinh(own), across = Math.cosh(above) * Math.sinh(own);
      const a = [Math.cosh(own - above) - both * chordReal, both * chordImaginary];
      const b = [Math.sinh(own - above) + across * chordReal, across * chordImaginary];
      const towards = Math.atan2(py, px) + Math.atan2(b[1], b[0]), turn = Math.atan2(a[1], a[0]);
      straightOn[v] = towards - turn;
      steps[v] = 2 * Math.asinh(Math.hypot(b[0], b[1]));
      turns[v] = Hyperbolic.wrapped(towards + turn - straightOn[p]);
    }
    return { steps, turns };
  }
}

/** The menus of which map is shown, and which beside it. */
class MapMenus {
  constructor(maps, changed) {
    this.maps = maps;
    this.pick("layout", "");
    byId("maps-menus").hidden = maps.names.length === 1;
    for (const id of ["map", "beside"]) {
      byId(id).addEventListener("change", () => {
        this.pick(byId("map").value, byId("beside").value);
        changed();
      });
    }
  }

  /** Names of `MAPS`; `beside` may be "" for none. What is not on this page is not picked. */
  pick(map, beside) {
    const { names } = this.maps;
    this.map = names.includes(map) ? map : "layout";
    this.beside = names.length > 1 && names.includes(beside) ? beside : "";
    const choices = names.map((name) => [name, MAPS[name]]);
    fillMenu(byId("map"), choices, this.map);
    fillMenu(byId("beside"), [["", "nothing"], ...choices], this.beside);
  }
}
