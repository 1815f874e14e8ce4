"""What households pay for heat: a regression on a sample in which one household stands for many."""
