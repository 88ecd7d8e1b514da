"""WordNet from NLTK's corpus or from the bundled snapshot."""
