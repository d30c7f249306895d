"""The pages around a gathering: finding and planning, what comes after, and calendar files."""
