"""Fits: each is done once, wherever there is a worker, and kept under the hash of all that it depends on."""
