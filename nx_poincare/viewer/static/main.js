// The viewer: where one is, and what the stage, the panel and the address say of it; and the start.
"use strict";

const MOST_GUESTS = 60;
const OPENED = 1.6; // magnification of a node that is opened

class Viewer extends Stage {
  constructor(content) {
    const tree = new Tree(content);
    const columns = new Columns(tree, content.attributeNames, content.attributes);
    super(byId("disk"), tree, new Colouring(tree, columns), new Icons(content.icons, () => this._repaintAll()));
    this.columns = columns;
    this.opening = content.opening;
    this.address = new Address(tree, columns);
    this.selected = 0;
    this._makePanel(new Neighbours(tree, content.points));
    this.other = -1; // what it is compared with
    this.way = null; // between the two
    this.lastChild = new Map(); // where one came from, so that down leads back there
    this._listen();
    this._resize();
    if (tree.size > 0) {
      this._goTo(0, { still: true });
      this._openAddress();
    }
    this.columns.ready.then(() => this._useColumns());
    this.repaint();
  }

  _makePanel(neighbours) {
    const { tree, columns } = this, go = (row) => this.select(row);
    this.panel = new Panel(tree, columns, neighbours, this.icons, { go, askOther: () => this.askOther() });
    this.comparison = new Comparison(tree, columns, neighbours, { go, close: () => this.select(this.selected) });
    this.finder = new Finder(tree, columns, go);
    this.tour = new Tour(this.opening.tour, go);
    this.legend = new Legend(tree, columns, this.colouring, { go, changed: () => this._recolour() });
    this.neighbours = neighbours;
    this.maps = new Maps(tree, neighbours);
    this.mapMenus = new MapMenus(this.maps, () => this._changeMaps());
    this.companion = new Companion(byId("second"), this);
    this.lastUsed = this;
  }

  /** Attributes are unpacked: labels, colours and the panel may speak of them. */
  _useColumns() {
    this.tree.cased = this.columns.casedLabels(this.tree);
    for (const map of [this, this.companion]) map.painting.labels.forget();
    this._useLooks(this.address.read());
    if (this.missing) this._openAddress(); // it may have an identifier
    this._showWritten();
    document.documentElement.dataset.attributes = "ready";
    this._repaintAll();
  }

  /** Colours and sizes that the address asks for, or those that the page opens with. */
  _useLooks({ colour, size }) {
    if (!this.colouring.colourBy(colour ?? this.opening.colour)) this.colouring.colourBy("level");
    if (!this.colouring.sizeBy(size ?? this.opening.size)) this.colouring.sizeBy(null);
    this.legend.refresh();
  }

  /** Those that differ from how the page opens. */
  _looks() {
    const { by, sizedBy } = this.colouring, { map, beside } = this.mapMenus, { opening } = this;
    const differing = (value, first) => (value === first ? "" : value);
    return {
      colour: differing(by, opening.colour), size: differing(sizedBy, opening.size), map: differing(map, opening.map),
      beside: beside === opening.beside ? "" : beside || "nothing",
    };
  }

  _recolour() {
    this.legend.refresh();
    this._lookElsewise();
  }

  /** The reader picks other maps, or the address does. */
  _changeMaps() {
    this._showMaps();
    this._lookElsewise();
  }

  _showMaps() {
    const { map, beside } = this.mapMenus, picked = this.maps.of(map);
    if (picked !== this.map) this.showMap(picked, this.selected);
    this.companion.show(beside === "" ? null : this.maps.of(beside));
    this._resize();
    byId("places").textContent = placesInWords(map, this.neighbours);
  }

  _lookElsewise() {
    this.address.replace(this.selected, { other: this.other, ...this._looks() });
    this._repaintAll();
  }

  _repaintAll() {
    this.repaint();
    this.companion.repaint();
  }

  _frame(now) {
    super._frame(now);
    document.documentElement.dataset.state = this.isMoving ? "moving" : "still";
  }

  hover(row) {
    super.hover(row);
    this.companion.hover(row);
  }

  use(stage) {
    this.lastUsed = stage;
  }

  /** The map that is magnified: of two, the one that was used last. */
  get used() {
    return this._seen().includes(this.lastUsed) ? this.lastUsed : this;
  }

  /** The maps that are to be seen. */
  _seen() {
    return this.companion.isShown ? [this, this.companion] : [this];
  }

  // -- what one can do -------------------------------------------------------------------------

  /** Go to a row; the browser's back button leads to where one was. */
  select(row) {
    if (!this._has(row)) return;
    if (row !== this.selected || this.other >= 0) this.address.write(row, this._looks());
    this._goTo(row);
  }

  /** Go to a node and see it large. */
  open(row) {
    this.select(row);
    this.used.view.zoom = Math.max(this.used.view.zoom, OPENED);
    this.used._moved();
  }

  /** Ask for a node, and show the way to it. */
  askOther() {
    if (this.tree.size) this.finder.ask(`Way from ${this.tree.label(this.selected)} to …`, (row) => this.compare(row));
  }

  /** Show the way from the selected node to another one, and both beside each other. */
  compare(row) {
    if (!this._has(row) || row === this.selected || !this.tree.isNode(row) || !this.tree.isNode(this.selected)) return this.select(row);
    this.address.write(this.selected, { other: row, ...this._looks() });
    this._compareWith(row);
  }

  _compareWith(row) {
    this.other = row;
    this.way = wayBetween(this.tree, this.selected, row);
    this.guests = this.way?.rows ?? [row];
    this._showWritten();
    this._fly(this.way?.top ?? row);
  }

  _showWritten() {
    if (this.tree.size === 0) return;
    if (this.other < 0) return this.panel.refresh();
    const hash = this.address.hash(this.selected, { other: this.other, ...this._looks() });
    this.comparison.show(this.selected, this.other, this.way, hash);
  }

  _has(row) {
    return row >= 0 && row < this.tree.size;
  }

  _goTo(row, { still = false } = {}) {
    if (this.other >= 0) this.panel.selected = -1; // the comparison stands in its place
    [this.selected, this.other, this.way] = [row, -1, null];
    this.guests = this.tree.guests(row).slice(0, MOST_GUESTS);
    for (let u = row; this.tree.parents[u] >= 0; u = this.tree.parents[u]) this.lastChild.set(this.tree.parents[u], u);
    this.panel.warn("");
    this.panel.show(row);
    this.tour.arrived(row);
    this.canvas.setAttribute("aria-label", `Map of ${this.tree.label(0)}, at ${this.tree.label(row)}`);
    this._fly(row, still);
  }

  _fly(row, still = false) {
    const atOnce = still || this.reducedMotion.matches;
    this.view.flyTo(row, { still: atOnce });
    this.companion.follow(row, this.guests, atOnce);
    this.repaint();
  }

  /** To the root, and all of each disk in its window. */
  home() {
    for (const map of this._seen()) {
      map.view.zoom = 1;
      map._setFrame();
    }
    this.select(0);
  }

  /** One edge, or to a sibling. A whole walk is one step of the browser's history. */
  walk(where) {
    const { tree, selected } = this;
    if (tree.size === 0) return;
    const parent = tree.parents[selected];
    const targets = {
      parent: () => parent,
      child: () => this.lastChild.get(selected) ?? (tree.childCounts[selected] ? tree.firstChild[selected] : -1),
      previous: () => this._sibling(-1),
      next: () => this._sibling(1),
    };
    const row = targets[where]();
    if (!this._has(row) || row === selected) return;
    this.address.write(row, { strolling: true, ...this._looks() });
    this._goTo(row);
  }

  _sibling(step) {
    const parent = this.tree.parents[this.selected];
    if (parent < 0) return -1;
    const first = this.tree.firstChild[parent], count = this.tree.childCounts[parent];
    return first + ((this.selected - first + step + count) % count);
  }

  surprise() {
    if (this.tree.size) this.select(Math.floor(Math.random() * this.tree.size));
  }

  showKeys() {
    byId("keys").showModal();
  }

  /** Rows that are marked on the map. */
  marked() {
    return { selected: this.selected, other: this.other, way: this.way?.rows, top: this.way?.top ?? -1, all: this.legend.allParents };
  }

  saveSvg() {
    saveSvg(this._seen(), this.tree.title, this._nameOfView());
  }

  savePng() {
    savePng(this._seen(), this._nameOfView());
  }

  _nameOfView() {
    return this.tree.size ? this.tree.label(this.selected) : "";
  }

  // -- the page --------------------------------------------------------------------------------

  _listen() {
    this.reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.colouring.readTheme();
      this.legend.refresh();
      this._repaintAll();
    });
    this._observe();
    window.addEventListener("popstate", () => this._openAddress());
    const buttons = { home: "home", surprise: "surprise", svg: "saveSvg", png: "savePng", help: "showKeys" };
    for (const [id, method] of Object.entries(buttons)) byId(id).addEventListener("click", () => this[method]());
    byId("closer").addEventListener("click", () => this.used.magnify(1.25));
    byId("farther").addEventListener("click", () => this.used.magnify(0.8));
    this.input = new Input(this, this.canvas, this);
    listenToKeys(this);
  }

  _openAddress() {
    const read = this.address.read(), still = this.frames === 0;
    this.mapMenus.pick(read.map ?? this.opening.map, read.beside ?? this.opening.beside);
    this._showMaps();
    if (this._has(read.row) && (read.row !== this.selected || this.other >= 0)) this._goTo(read.row, { still });
    if (this._has(read.other) && this._has(read.row)) this._compareWith(read.other);
    if (this.columns.values !== null) this._useLooks(read);
    this.missing = read.missing.length > 0;
    this.panel.warn(this.missing ? `There is no node called ${read.missing.map((name) => `“${shortened(name, 60)}”`).join(" or ")} on this page.` : "");
    this._repaintAll();
  }
}

const viewer = new Viewer(JSON.parse(byId("content").textContent));
