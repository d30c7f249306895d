"""Small parts that every capability shares: ids, clock, text, pages, limits, jobs. Knows nothing of communities."""
