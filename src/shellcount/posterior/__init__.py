"""Draws from the posterior, the estimates made of them behind a convergence gate, and saved runs."""
