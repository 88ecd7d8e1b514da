"""The interactive page in headless Chromium: size, seconds to write and to open, frames a second while panning.

    python benchmarks/viewer.py        # needs chromium and chromedriver, and selenium (the extra "test")

Frames are those of the browser, 60 a second at most, while the pointer drags the disk to and fro. The table also has
the milliseconds that painting a frame takes. Software rendering, a window of 1,400 x 900 pixels.
"""

import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
from graphs import all_nouns, recursive_tree
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

import nx_poincare as nxp

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--window-size=1400,900")
FRAMES = 240
PAN = """
const [frames, done] = arguments, centre = [viewer.frame.x, viewer.frame.y], times = [];
const paint = viewer._frame.bind(viewer);
viewer._frame = (now) => { const start = performance.now(); paint(now); times.push(performance.now() - start); };
let frame = 0, from = centre, began = performance.now();
function step() {
  const angle = frame / 15, to = [centre[0] + 180 * Math.sin(angle), centre[1] + 180 * Math.sin(1.3 * angle)];
  viewer.drag(from, to);
  from = to;
  if (++frame < frames) return requestAnimationFrame(step);
  times.sort((a, b) => a - b);
  done([1000 * frame / (performance.now() - began), times[times.length >> 1], times[Math.floor(times.length * 0.95)]]);
}
requestAnimationFrame(step);
"""


def main() -> None:
    print("| graph | nodes | kB | written in s | opened in s | frames/s | ms a frame: median, 95 % |")
    print("|---|---|---|---|---|---|---|")
    graphs = {
        "mammals": nxp.wordnet_graph("mammal.n.01", source="bundled"),
        "nouns": all_nouns(),
        "nouns, at dog.n.01": all_nouns(),
        "random tree, 3 % second parents": recursive_tree(20_000, 0.03, np.random.default_rng(0)),
    }
    browser = opened_browser()
    with tempfile.TemporaryDirectory() as folder:
        nxp.write_html(graphs["mammals"], Path(folder) / "first.html")  # compiles
        for name, G in graphs.items():
            print(row(browser, name, G, Path(folder) / "page.html"), flush=True)
    browser.quit()


def opened_browser() -> Any:
    options = webdriver.ChromeOptions()
    for flag in FLAGS:
        options.add_argument(flag)
    options.binary_location = shutil.which("chromium")
    return webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))


def row(browser: Any, name: str, G: nx.Graph, path: Path) -> str:
    start = time.perf_counter()
    nxp.write_html(G, path)
    written = time.perf_counter() - start
    node = name.partition(", at ")[2]
    start = time.perf_counter()
    browser.get("about:blank")
    browser.get(path.as_uri() + (f"#node={node}" if node else ""))
    while not browser.execute_script("return viewer.frames"):
        time.sleep(0.005)
    opened = time.perf_counter() - start
    rate, median, slow = browser.execute_async_script(PAN, FRAMES)
    size = path.stat().st_size / 1000
    return (
        f"| {name} | {len(G):,} | {size:,.0f} | {written:.2f} | {opened:.2f} | {rate:.0f} | {median:.1f}, {slow:.1f} |"
    )


if __name__ == "__main__":
    main()
