"""Telling people what concerns them: an inbox, mail at once or once a day, and a switch for every kind."""
