"""What keeps the project in shape: environment, locks, updates. Standard library only."""
