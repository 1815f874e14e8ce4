"""Metrics of survival; a time is negative where death was not seen."""

import numpy as np


def concordance(truth, said):
    """
    Share of pairs whose order in time was told (Harrell et al. 1982, JAMA 247, 2543-2546); a tie counts half.

    Of a pair it is known who died first if that one's death was seen.
    """
    time, died = np.abs(truth), truth > 0
    known = died[:, None] & (time[:, None] < time)
    return (1 + np.sign(said - said[:, None])[known].mean()) / 2


def error_of_deaths(truth, said):
    """Mean absolute error of those who died."""
    died = truth > 0
    return np.abs(truth - said)[died].mean()
