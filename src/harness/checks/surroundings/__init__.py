"""Surroundings: load() and models are asked again in processes where all is changed that should not matter."""
