"""What becomes a hierarchy: NetworkX graphs, files, WordNet."""
