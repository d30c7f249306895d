"""People: accounts, what they bring and need, when and roughly where they are, consents and blocks."""
