"""Private check-ins with a trusted contact outside the community."""
