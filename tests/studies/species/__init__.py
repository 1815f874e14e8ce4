"""Three species of penguins by their measurements: several classes, and nests that belong together."""
