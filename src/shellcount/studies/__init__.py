"""Fit one case many times: calibration by simulation, and verification of the engines."""
