"""The crisis desk: what a case needs next, who may read it, who is told, and when it is forgotten."""
