"""Arrays in, arrays out: priors, reporting kernels, packing, random streams, diagnostics; knows no case."""
