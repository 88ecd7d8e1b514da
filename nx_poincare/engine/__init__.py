"""Arrays in, arrays out: points of the ball for a directed acyclic graph."""
