"""A cone for every node: arcs in the disk, caps beyond, around an optimised skeleton."""
