"""WordNet's mammals, 1,182 synsets, in the Poincaré ball.

python pipelines/mammals.py --out mammals
"""

from wordnet_nouns import arguments, run

if __name__ == "__main__":
    chosen = arguments("Embed WordNet's mammals.", "mammals_output")
    # No figures are published for the mammals' closure.
    run("mammal.n.01", chosen.out, "mammals", dim=chosen.dim, source=chosen.source, published=("-", "-"))
