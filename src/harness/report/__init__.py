"""What is shown of a run: words, plots, one HTML page."""
