"""Arrays in, arrays out: geometry, closed forms, training and ranks. No node names."""
