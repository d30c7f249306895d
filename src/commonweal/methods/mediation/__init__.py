"""Does X lead to Y by way of M, and how sure can we be? Estimates, intervals, and what a hidden cause would undo."""
