"""What keeps the project in shape: environment, locks, updates. Standard library only."""

# As `make test` runs them: a file at a time, on up to four processors.
TEST = ["pytest", "--numprocesses", "logical", "--maxprocesses", "4", "--dist", "loadfile", "--no-loadscope-reorder"]
