# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's Gaussian process with expected improvement, never asking for a candidate twice.

The textbook's: ten random candidates, or the anchors and random ones up to ten; then a Matern 5/2
kernel with a length scale for each knob and white noise, and the candidate with the most expected
improvement.
"""

import numpy as np
from scipy.stats import norm
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

START = 10


class GpEi:
    def __init__(self, task):
        self.task = task
        self.random = np.random.RandomState(task.seed)
        self.scores = {}
        self.asked = {0}
        self.queue = [number for number in task.anchors if number != 0]
        if 0 in task.anchors:
            self.scores[0] = 0.0

    def ask(self):
        number = self._next()
        if number is not None:
            self.asked.add(number)
        return number

    def tell(self, number, score):
        if score is not None:
            self.scores[number] = score

    def _next(self):
        while self.queue:
            number = self.queue.pop(0)
            if number not in self.asked:
                return number
        left = np.array([n for n in range(len(self.task.rows)) if n not in self.asked])
        if len(left) == 0:
            return None
        if len(self.asked) <= START or len(self.scores) < 2:
            return int(self.random.choice(left))
        return int(left[self._improvement(left).argmax()])

    def _improvement(self, left):
        numbers = list(self.scores)
        scores = np.array([self.scores[n] for n in numbers])
        ones = np.ones(self.task.unit.shape[1])
        kernel = ConstantKernel(1.0) * Matern(ones, (1e-2, 1e2), nu=2.5) + WhiteKernel(1e-2)
        model = GaussianProcessRegressor(
            kernel, normalize_y=True, n_restarts_optimizer=1, random_state=self.random)
        model.fit(self.task.unit[numbers], scores)
        mean, sd = model.predict(self.task.unit[left], return_std=True)
        gain = scores.min() - mean
        z = gain / np.maximum(sd, 1e-12)
        return gain * norm.cdf(z) + sd * norm.pdf(z)
