"""The interactive page in headless Chromium: size, seconds to write and to open, memory, frames at the worst nodes.

    python benchmarks/viewer.py [--glosses] [--large] [--beside] [--only NAME]

Needs chromium and chromedriver, and selenium (the extra "test").

Frames are those of the browser, 60 a second at most, while the pointer drags the disk to and fro: at the root, at the
nodes with most children and at those with most second parents and children; the slowest is told, with the milliseconds
that painting takes there. Memory is the heap after a collection. Software rendering, a window of 1,400 x 900 pixels.
With --glosses the nouns bear their words and definitions, from NLTK's corpus; with --large there is a tree of a million
nodes, too. With --beside the frames are those of flights between these nodes on two maps, a tree and the points of an
embedding (``beside="eye"``).

Opening is also told in seconds of the processor that the page's own process takes (on Linux): they depend little on
what else runs.
"""

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
from graphs import all_nouns, debian_packages, recursive_tree
from hierarchies import SOURCES
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

import nx_poincare as nxp

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--window-size=1400,900")
FRAMES = 90
WORST = """
const { tree } = viewer, all = Array.from({ length: tree.size }, (_, row) => row);
const most = (size) => {
  const sizes = all.map(size);
  return [...all].sort((a, b) => sizes[b] - sizes[a]).slice(0, 3);
};
return [...new Set([0, ...most((v) => tree.graphChildren(v).length), ...most((v) => tree.guests(v).length)])];
"""
PAN = """
const [row, frames, done] = arguments, times = [];
viewer._goTo(row, { still: true });
const centre = [viewer.frame.x, viewer.frame.y], paint = Stage.prototype._frame.bind(viewer);
viewer._frame = (now) => { const start = performance.now(); paint(now); times.push(performance.now() - start); };
let frame = 0, from = centre, began = performance.now();
function step() {
  const angle = frame / 15, to = [centre[0] + 180 * Math.sin(angle), centre[1] + 180 * Math.sin(1.3 * angle)];
  viewer.drag(from, to);
  from = to;
  if (++frame < frames) return requestAnimationFrame(step);
  times.sort((a, b) => a - b);
  const rate = 1000 * frame / (performance.now() - began);
  done([rate, times[times.length >> 1], times[Math.floor(times.length * 0.95)], viewer.tree.label(row)]);
}
requestAnimationFrame(step);
"""
FLY = """
const [rows, done] = arguments, times = [];
viewer._goTo(rows[0], { still: true });
for (const [map, paint] of [[viewer, Viewer.prototype._frame], [viewer.companion, Stage.prototype._frame]]) {
  map._frame = (now) => {
    const start = performance.now();
    paint.call(map, now);
    if (map.isMoving) times.push(performance.now() - start);
  };
}
let frame = 0, at = 0, began = performance.now();
function step() {
  frame += 1;
  if (!viewer.view.flight && !viewer.companion.view.flight) {
    at += 1;
    if (at < rows.length) viewer._goTo(rows[at]);
    else {
      times.sort((a, b) => a - b);
      const rate = 1000 * frame / (performance.now() - began);
      const [median, slow] = [0.5, 0.95].map((share) => times[Math.floor(share * times.length)]);
      return done([rate, median, slow, viewer.tree.label(rows[rows.length - 1])]);
    }
  }
  requestAnimationFrame(step);
}
requestAnimationFrame(step);
"""


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure viewer pages in headless Chromium.")
    parser.add_argument("--glosses", action="store_true", help="nouns with words and definitions, from NLTK's corpus")
    parser.add_argument("--large", action="store_true", help="a tree of a million nodes, too")
    parser.add_argument("--beside", action="store_true", help="two maps: the points of an embedding beside the tree")
    parser.add_argument("--only", metavar="NAME", help="one of the graphs")
    options = parser.parse_args()
    columns = (
        "graph",
        "nodes",
        "kB",
        "written in s",
        "opened in s, of the processor",
        "heap in MB",
        "frames/s",
        "ms: median, 95 %",
        "at",
    )
    print(f"| {' | '.join(columns)} |")
    print("|---|---|---|---|---|---|---|---|---|")
    browser = opened_browser()
    with tempfile.TemporaryDirectory() as folder:
        nxp.write_html(nxp.wordnet_graph("mammal.n.01", source="bundled"), Path(folder) / "first.html")  # compiles
        for name, read in graphs(options.glosses, options.large).items():
            if options.only not in (None, name):
                continue
            try:
                print(row(browser, name, read(), Path(folder) / "page.html", options.beside), flush=True)
            except (ImportError, OSError) as error:
                print(f"| {name}: {error} |")
    browser.quit()


def graphs(glosses: bool, large: bool) -> dict[str, Callable[[], nx.DiGraph]]:
    def told_nouns() -> nx.DiGraph:
        return nxp.wordnet_graph(source="nltk", glosses=True, language="eng")

    made = {
        "mammals": lambda: nxp.wordnet_graph("mammal.n.01", source="bundled"),
        "nouns": told_nouns if glosses else all_nouns,
        "Debian's Python packages": debian_packages,
        "star": lambda: nx.DiGraph((0, v) for v in range(1, 20_001)),
        "Gene Ontology": SOURCES["go"].read,
        "UBERON": SOURCES["uberon"].read,
        "random tree, 3 % second parents": lambda: recursive_tree(20_000, 0.03, np.random.default_rng(0)),
    }
    if large:
        made["the same, of a million"] = lambda: recursive_tree(1_000_000, 0.03, np.random.default_rng(0))
    return made


def opened_browser() -> Any:
    options = webdriver.ChromeOptions()
    for flag in FLAGS:
        options.add_argument(flag)
    options.binary_location = shutil.which("chromium")
    return webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))


def row(browser: Any, name: str, G: nx.Graph, path: Path, beside: bool) -> str:
    if beside:
        nxp.embed(G, effort=0)
    start = time.perf_counter()
    nxp.write_html(G, path, beside="eye" if beside else None)
    written = time.perf_counter() - start
    opened, processor = seconds_to_open(browser, path)
    browser.execute_cdp_cmd("HeapProfiler.collectGarbage", {})
    heap = browser.execute_cdp_cmd("Runtime.getHeapUsage", {})["usedSize"] / 1e6
    worst_rows = browser.execute_script(WORST)
    if beside:
        pairs = zip([worst_rows[-1], *worst_rows], worst_rows, strict=False)
        rates = [browser.execute_async_script(FLY, list(pair)) for pair in pairs]
    else:
        rates = [browser.execute_async_script(PAN, worst, FRAMES) for worst in worst_rows]
    rate, median, slow, worst = min(rates)
    size = path.stat().st_size / 1000
    return (
        f"| {name} | {len(G):,} | {size:,.0f} | {written:.2f} | {opened:.2f}, {processor:.2f} | {heap:.0f} "
        f"| {rate:.0f} | {median:.1f}, {slow:.1f} | {worst} |"
    )


def seconds_to_open(browser: Any, path: Path) -> tuple[float, float]:
    """Until the map is painted and attributes are unpacked: seconds, and of them those of the processor."""
    browser.get("about:blank")
    start, before = time.perf_counter(), processor_seconds(browser)
    browser.get(path.as_uri())
    while not browser.execute_script("return viewer.frames && document.documentElement.dataset.attributes"):
        time.sleep(0.005)
    return time.perf_counter() - start, processor_seconds(browser) - before


def processor_seconds(browser: Any) -> float:
    """What the processes that show pages have taken so far."""
    found = 0.0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_text()
            fields = (process / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if "--type=renderer" in command and browser.capabilities["chrome"]["userDataDir"] in command:
            found += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return found


if __name__ == "__main__":
    main()
