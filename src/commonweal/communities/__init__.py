"""Communities: who belongs, in which role, under which rules, and how a newcomer is welcomed."""
