# SPDX-License-Identifier: Apache-2.0
"""The rounds: every path once for every measure, close together, in an order that rotates."""
import dataclasses

import shell
import stats


@dataclasses.dataclass
class Comparison:
    """values[path][quantity] has one entry a round, None where the measurement failed."""
    values: dict
    rounds: int = 0

    def series(self, path, quantity):
        return self.values.get(path, {}).get(quantity, [])

    def median(self, path, quantity):
        return stats.median(stats.present(self.series(path, quantity)))

    def noise(self, path, quantity):
        return stats.noise(stats.present(self.series(path, quantity)))

    def ratios(self, path, reference, quantity):
        """The path against the reference of the same round."""
        return stats.ratios(self.series(path, quantity), self.series(reference, quantity))


def rotated(names, by):
    by %= len(names)
    return names[by:] + names[:by]


def compare(pairs, measures, quantities, rounds, say):
    result = Comparison({path: {quantity: [] for quantity in quantities} for path in pairs})
    for number in range(rounds):
        seen = {path: {} for path in pairs}
        for measure in measures.values():
            for path in rotated(list(pairs), number):
                try:
                    seen[path].update(measure(pairs[path]))
                except shell.Failed as why:
                    say(f"round {number + 1}: {path}: {why}")
        for path, found in seen.items():
            for quantity in quantities:
                result.values[path][quantity].append(found.get(quantity))
        result.rounds += 1
        say(f"round {number + 1} of {rounds} done")
    return result
