"""The board with its entries, and what passes between two people about one of them."""
