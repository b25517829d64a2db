"""The day's attendance probability, drawn once a day, as nodes and weights that are exact.

With N bookings every figure of a day is a polynomial in p of degree at most N, and
Gauss-Jacobi quadrature with m nodes integrates a polynomial of degree 2m - 1 against a Beta
exactly; so N // 2 + 1 nodes give the expectation itself, to rounding.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
INDISTINCT = 1e-15  # a smaller correlation changes no figure that a float can hold


@dataclass(frozen=True)
class Mixture:
    """Attendance probabilities (m,) of a day and their weights (m,), summing to 1."""

    attend: Array
    weight: Array


def day_mixture(attend: float, dispersion: float, bookings: int) -> Mixture:
    """Beta(p(1/r - 1), (1-p)(1/r - 1)) for up to `bookings` bookings; one node at r = 0.

    `attend` is p in 0..1, `dispersion` r in 0 <= r < 1.
    """
    if dispersion < INDISTINCT or attend in (0.0, 1.0):
        return Mixture(np.array([attend]), np.array([1.0]))
    certainty = 1.0 / dispersion - 1.0
    return _gauss_jacobi(attend * certainty, (1.0 - attend) * certainty, bookings // 2 + 1)


def _gauss_jacobi(alpha: float, beta: float, nodes: int) -> Mixture:
    """Golub-Welsch on the Jacobi recurrence, mapped from -1..1 to 0..1."""
    total = alpha + beta
    k = np.arange(1, nodes, dtype=float)
    even = 2.0 * k + total - 2.0
    middle = np.concatenate(
        ([(alpha - beta) / total], (alpha - beta) * (total - 2.0) / (even * (even + 2.0)))
    )
    # k = 1 apart: its general form is 0/0 at alpha + beta = 1
    k, even = k[1:], even[1:]
    first = [4.0 * alpha * beta / (total**2 * (total + 1.0))][: nodes - 1]
    later = 4.0 * k * (k - 1.0 + alpha) * (k - 1.0 + beta) * (k - 2.0 + total)
    beside = np.sqrt(np.concatenate((first, later / (even**2 * (even + 1.0) * (even - 1.0)))))
    values, vectors = np.linalg.eigh(np.diag(middle) + np.diag(beside, 1) + np.diag(beside, -1))
    return Mixture(np.clip((values + 1.0) / 2.0, 0.0, 1.0), vectors[0] ** 2)
