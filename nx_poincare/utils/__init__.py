"""Helpers without knowledge of hierarchies or geometry."""
