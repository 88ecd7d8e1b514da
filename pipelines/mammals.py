"""WordNet's mammals, 1,182 of them, in the Poincaré disk.

python pipelines/mammals.py --out mammals
"""

from wordnet_nouns import arguments, run

if __name__ == "__main__":
    options = arguments("Embed WordNet's mammals.", "mammals_output")
    run("mammal.n.01", options.out, "mammals", dim=options.dim, source=options.source)
