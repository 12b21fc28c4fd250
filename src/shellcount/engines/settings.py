"""Settings of a fit when none are given, in a leaf module that costs nothing to import."""

SEED = 1
RUNS = 16
PARTICLES = 512
CHAINS = 4
TUNE = 1000
DRAWS = 5000
