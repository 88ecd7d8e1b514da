"""Points with the names of their nodes: a mapping that answers questions."""
