"""Fit a case, summarise its draws behind a convergence gate, and save them."""
