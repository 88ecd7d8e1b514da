"""The skeleton: the nodes above those with several parents, placed by optimisation."""
