"""First calls: how long they take where nothing has been compiled yet, and how long where it has.

Every line is a fresh process with an empty folder for compiled code, run again with what the first run left there.
Counted is the call itself; importing networkx, numpy, scipy and nx_poincare comes on top and stands in a line of its
own. The last line is a session of several calls in one process.

    python benchmarks/cold_start.py
    python benchmarks/cold_start.py --only tree,session
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from datetime import date

IMPORTS = """
import json, time
start = time.perf_counter()
import networkx as nx, numpy, scipy.sparse.csgraph
import nx_poincare as nxp
embed, evaluate = nxp.embed, nxp.evaluate_reconstruction
seconds = {"imports": time.perf_counter() - start}

def timed(name, call):
    start = time.perf_counter()
    result = call()
    seconds[name] = time.perf_counter() - start
    return result

four = nx.DiGraph([("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")])
tree = nx.DiGraph([(i // 3, i + 1) for i in range(999)])
"""
MAMMALS = 'mammals = nxp.wordnet_graph("mammal.n.01", source="bundled")\n'
NOUNS = 'nouns = nxp.wordnet_graph(source="bundled")\n'
CALLS = {
    "four nodes, 2-D": 'timed("call", lambda: embed(four))',
    "tree of 1,000 nodes, 2-D": 'timed("call", lambda: embed(tree))',
    "tree of 1,000 nodes, 5-D": 'timed("call", lambda: embed(tree, 5, seed=0))',
    "mammals, 2-D": MAMMALS + 'timed("call", lambda: embed(mammals))',
    "mammals, 5-D": MAMMALS + 'timed("call", lambda: embed(mammals, 5, seed=0))',
    "mammals, evaluation": MAMMALS + 'emb = embed(mammals)\ntimed("call", lambda: evaluate(emb, mammals))',
    "mammals, 5 epochs": MAMMALS + 'timed("call", lambda: embed(mammals, init="random", training=5, seed=0))',
    "nouns, 2-D": NOUNS + 'timed("call", lambda: embed(nouns))',
    "nouns, 10-D": NOUNS + 'timed("call", lambda: embed(nouns, 10, seed=0))',
    "session": MAMMALS + """
def session():
    embed(four)
    emb = embed(mammals)
    embed(mammals, 5, seed=0)
    evaluate(emb, mammals)
    embed(mammals, init="random", training=5, seed=0)

timed("call", session)
""",
}  # fmt: skip


def seconds_of(code: str, cache: str) -> dict[str, float]:
    """Seconds of the imports and of the call, in a process of its own."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
    program = IMPORTS + code + "\nprint(json.dumps(seconds))"
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="parts of the names of the lines wanted, with commas between")
    wanted = parser.parse_args().only.split(",")
    print(f"seconds of first calls, {date.today()}, {os.cpu_count()} processors")
    print(f"{'':28}{'nothing compiled':>18}{'compiled before':>18}")
    imports = []
    for name, code in CALLS.items():
        if not any(part in name for part in wanted):
            continue
        with tempfile.TemporaryDirectory() as cache:
            first, again = seconds_of(code, cache), seconds_of(code, cache)
        imports += [first["imports"], again["imports"]]
        print(f"{name:28}{first['call']:18.2f}{again['call']:18.2f}", flush=True)
    if imports:
        print(f"{'imports, on top':28}{statistics.median(imports):18.2f}")


if __name__ == "__main__":
    main()
