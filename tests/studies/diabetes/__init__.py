"""Another study: a regression without groups, to see what the harness takes for granted."""
