"""Nested arcs: the closed form in two dimensions, and its refinement on its true cost."""
