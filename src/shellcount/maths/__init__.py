"""Compute with arrays alone: priors, reporting kernels, packing, random streams, diagnostics."""
