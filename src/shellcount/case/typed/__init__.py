"""Read numbers, dates and hedges as people type them, in every meaning that a text may have."""
