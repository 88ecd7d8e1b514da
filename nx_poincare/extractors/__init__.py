"""Graphs, tables and WordNet become edges."""
