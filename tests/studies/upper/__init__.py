"""How long a caller waits at most, nine times in ten: a regression of a quantile."""
