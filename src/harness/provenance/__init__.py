"""Where a number came from, and whether it comes out again."""
