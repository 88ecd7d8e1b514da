"""One file for each format of graphs that is read whole, and one table of them.

To add a format, write a function ``read(content: bytes, path: str) -> networkx.Graph`` in a file here, let a library
do the parsing (`nx_poincare.utils.optional.import_extra` imports it late), and add a row to
`nx_poincare.io.graphs.readers.registry`; with ``in_parts`` there it takes `nx_poincare.io.content.Parts`. Edges lead
from parent to child. What cannot be read raises
`nx_poincare.io.streams.GraphFileError`, with the line if it is known; what is left out is said
as a `HierarchyWarning`, with its count.
"""
