"""Samplers: log density in, draws and a report of the work out."""
