# SPDX-License-Identifier: Apache-2.0
"""Few numbers out of many: the median, and how far the middle half of them spreads."""
import statistics


def median(values):
    return statistics.median(values) if values else None


def quartiles(values):
    if len(values) < 2:
        return (values[0], values[0]) if values else (None, None)
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, high


def noise(values):
    """Interquartile range as a share of the median: half of the rounds were within it."""
    middle = median(values)
    if not middle:
        return None
    low, high = quartiles(values)
    return (high - low) / abs(middle)


def ratios(values, reference):
    """Round by round, where both were measured."""
    return [value / other for value, other in zip(values, reference) if value and other]


def present(values):
    return [value for value in values if value is not None]
