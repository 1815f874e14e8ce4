"""Which defects a weld has: a classification of several labels, of which a row may have none, one or more."""
