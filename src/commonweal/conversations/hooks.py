"""What conversations contribute to the registries of the layers below."""
