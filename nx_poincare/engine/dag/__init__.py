"""Directed acyclic graphs as arrays: order, levels, closure, spanning tree, sums over trees."""
