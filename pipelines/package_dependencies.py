"""The packages that are installed here, in the Poincaré ball, each below those that it requires.

    python pipelines/package_dependencies.py --out packages

Edges lead from what is required to what requires it: few packages are required by many, and they are to dependent
packages what general terms are to special ones. The other way, whatever nothing requires would be a root, and most
packages a leaf of many. Many packages require several others, hence five dimensions.
"""

from importlib.metadata import distributions

import networkx as nx
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from recipe import chosen, embed_and_write, options


def dependency_graph() -> nx.DiGraph:
    """Edges from requirement to package, among installed packages; requirements of extras are left out."""
    installed = {canonicalize_name(found.name): found for found in distributions()}
    G = nx.DiGraph()
    for name, found in sorted(installed.items()):
        G.add_node(name, version=found.version)
        for requirement in map(Requirement, found.requires or ()):
            applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
            required = canonicalize_name(requirement.name)
            if applies and required in installed:
                G.add_edge(required, name, specifier=str(requirement.specifier))
    return G


def main() -> None:
    parser = options(__doc__, "packages_output")
    parser.set_defaults(dim=5)
    found = chosen(parser)
    embed_and_write(dependency_graph(), found.out, "packages", dim=found.dim)


if __name__ == "__main__":
    main()
