"""The method: how rows are cut, which fits that takes, and what follows from their scores."""
