"""How long patients live: a regression whose target is not always known to its end, by a metric of its field."""
