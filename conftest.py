"""Fixtures for every test of the project."""

pytest_plugins = ["tests.cast", "tests.database"]
