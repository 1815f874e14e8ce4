"""River levels at three gauges: a regression in the order of time."""
