"""The living demonstration community, and the loader of big databases for tests of scale."""
