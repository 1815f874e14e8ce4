"""Nitrogen dioxide at stations that are new: a panel, of which rows depend on each other by station and by month."""
