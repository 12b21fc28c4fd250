"""Many fits of one case: calibration by simulation, and verification of the engines."""
