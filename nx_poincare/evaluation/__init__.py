"""How good an embedding is: reconstruction, link prediction, entailment, distortion."""
