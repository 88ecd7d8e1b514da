"""Embeddings to and from other libraries and their files: gensim, pandas, word2vec, graphs with attributes."""
