"""Ranks of the ancestors of every node, exact, and the scores made of them."""
