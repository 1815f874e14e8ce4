"""The plan: what was decided before anybody looked, read and held against itself."""
