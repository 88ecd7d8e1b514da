// A tour that somebody prepared: stops, and buttons that lead from one to the next.
"use strict";

class Tour {
  /** `go` takes a row to fly to. */
  constructor(rows, go) {
    this.rows = rows;
    this.go = go;
    this.at = -1; // the latest stop
    byId("tour").hidden = rows.length === 0;
    byId("previous").addEventListener("click", () => this._step(-1));
    byId("next").addEventListener("click", () => this._step(1));
    this._show();
  }

  /** One is at a row, which may be a stop: the next one of that row, as a tour may come back. */
  arrived(row) {
    const stop = this.rows[this.at + 1] === row ? this.at + 1 : this.rows[this.at] === row ? this.at : this.rows.indexOf(row);
    if (stop >= 0) this.at = stop;
    this._show();
  }

  _step(step) {
    this.at = Math.min(Math.max(this.at + step, 0), this.rows.length - 1);
    this.go(this.rows[this.at]);
    this._show();
  }

  _show() {
    byId("stop").textContent = `${Math.max(this.at + 1, 0)} of ${this.rows.length}`;
    byId("previous").disabled = this.at <= 0;
    byId("next").disabled = this.at === this.rows.length - 1;
  }
}
