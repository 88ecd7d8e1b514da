"""Riemannian SGD on the loss of Nickel & Kiela 2017."""
