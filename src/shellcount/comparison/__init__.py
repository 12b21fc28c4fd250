"""Two runs compared: which estimates moved, by how much, and why."""

from shellcount.comparison.comparing import CHANGES_HEAD, HEAD, STEPS_HEAD, Comparison, Move, compare
from shellcount.comparison.sides import Side, read_side

__all__ = ["CHANGES_HEAD", "HEAD", "STEPS_HEAD", "Comparison", "Move", "Side", "compare", "read_side"]
