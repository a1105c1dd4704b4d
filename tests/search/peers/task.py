# SPDX-License-Identifier: Apache-2.0
"""What a peer is asked to search, as numbers that an optimizer can use."""

import numpy as np


class Task:
    """Places of candidates are their numbers; the baseline is 0."""

    def __init__(self, document):
        self.seed = document["seed"]
        self.budget = document["budget"]
        self.anchors = document["anchors"]
        self.knobs = [p["knob"] for p in document["parameters"]]
        self.values = [sorted(p["values"]) for p in document["parameters"]]
        self.mode = self.knobs.index(document["mode"]) if document["mode"] else None
        self.rows = document["candidates"]
        self.constraints = document["constraints"]
        self.active = np.array([self._active(row) for row in self.rows])
        self.ranks = np.array([self.ranks_of(row) for row in self.rows])
        steps = np.maximum(1, np.array([len(v) - 1 for v in self.values]))
        # Values of knobs grow by factors; their places in the order are what is evenly spaced.
        self.unit = self.ranks / steps
        # A mode that is not as asked for is farther away than anything else.
        self.weights = np.array([1e6 if i == self.mode else 1.0 for i in range(len(self.knobs))])

    def ranks_of(self, row):
        return [values.index(value) for values, value in zip(self.values, row)]

    def _active(self, row):
        """Which knobs count, and are not switched off by a mode."""
        off = set()
        for constraint in self.constraints:
            head, *others = constraint["knobs"]
            on = row[self.knobs.index(head)] != 0
            kind = constraint["kind"]
            if (kind == "fixed_unless_zero" and on) or (kind == "fixed_if_zero" and not on):
                off.update(others)
        return [knob not in off for knob in self.knobs]

    def switched_by(self, knob, on):
        """Whether `knob` counts while the mode is on, or off."""
        for constraint in self.constraints:
            head, *others = constraint["knobs"]
            if self.mode is None or head != self.knobs[self.mode] or knob not in others:
                continue
            if constraint["kind"] == ("fixed_unless_zero" if on else "fixed_if_zero"):
                return False
        return True

    def nearest(self, point):
        """The number of the candidate nearest to a point of the unit cube, in what counts there."""
        distance = ((self.unit - np.asarray(point)) ** 2 * self.weights * self.active).sum(axis=1)
        return int(distance.argmin())
