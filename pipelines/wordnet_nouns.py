"""WordNet's noun hierarchy in the Poincaré ball, from the database to vectors, scores and pictures.

    python pipelines/wordnet_nouns.py --out nouns

`run` does all of it; the rest reads the command line and the clock.
"""

import argparse
from pathlib import Path

from recipe import chosen, embed_and_write, options, step

import nx_poincare as nxp

# Mean rank and MAP of the best published reconstruction, by dimension: Nickel & Kiela 2018, Lorentz model.
PUBLISHED = {2: ("22.8", "0.305"), 5: ("3.18", "0.923"), 10: ("2.95", "0.928")}


def run(root: str | None, out: Path, name: str, *, dim: int, source: str, published: tuple[str, str]) -> nxp.Scores:
    """Embed what is below a synset (None: all nouns) and write picture, graph and vectors to a folder."""
    print(f"{name}, {dim}-D")
    with step("read WordNet"):
        G = nxp.wordnet_graph(root, source=source)
    return embed_and_write(G, out, name, dim=dim, published=published)


def wordnet_options(description: str, out: str) -> argparse.ArgumentParser:
    """A parser with the options of all recipes, and which WordNet."""
    parser = options(description, out)
    parser.add_argument("--source", default="auto", choices=["auto", "nltk", "bundled"], help="which WordNet")
    return parser


if __name__ == "__main__":
    found = chosen(wordnet_options("Embed all nouns of WordNet.", "nouns_output"))
    figures = PUBLISHED.get(found.dim, ("-", "-"))
    run(None, found.out, "nouns", dim=found.dim, source=found.source, published=figures)
