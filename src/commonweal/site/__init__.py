"""The composition root: settings, URLs, the shell, static files and the command line."""
