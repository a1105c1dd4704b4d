# SPDX-License-Identifier: Apache-2.0
"""Optimizers of NLopt over the unit cube; a point is the candidate nearest to it.

NLopt calls the objective, so it runs in a thread of its own, of which only one of the two goes on
at a time. A candidate that was measured already is answered from memory: it costs nothing.
"""

import queue
import threading

import nlopt
import numpy as np

FAILED = 10.0     # log ratio of what has failed: 22,000 times as slow
STUBBORN = 2000   # points in a row that all fall on candidates measured before


class Nlopt:
    algorithm = None
    one_at_a_time = True

    def __init__(self, task):
        self.task = task
        self.why = "it has converged"
        self.known = {}
        self.points = queue.Queue()
        self.scores = queue.Queue()
        self.repeated = 0
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        nlopt.srand(self.task.seed)
        size = len(self.task.knobs)
        optimizer = nlopt.opt(self.algorithm, size)
        optimizer.set_lower_bounds(np.zeros(size))
        optimizer.set_upper_bounds(np.ones(size))
        optimizer.set_min_objective(self._objective)
        optimizer.set_maxeval(1000000)
        start = np.random.RandomState(self.task.seed).uniform(size=size)
        try:
            optimizer.optimize(start)
        except (nlopt.RoundoffLimited, nlopt.ForcedStop, RuntimeError):
            pass
        self.points.put(None)

    def _objective(self, point, _gradient):
        number = self.task.nearest(point)
        if number not in self.known:
            self.repeated = 0
            self.points.put(number)
            score = self.scores.get()
            if score is None:
                raise nlopt.ForcedStop()
            self.known[number] = score
        self.repeated += 1
        if self.repeated > STUBBORN:
            raise nlopt.ForcedStop()
        return self.known[number]

    def ask(self):
        return self.points.get()

    def tell(self, _number, score):
        self.scores.put(FAILED if score is None else score)

    def close(self):
        """Ends the thread, which waits for a score or has ended."""
        self.scores.put(None)
        self.thread.join()


class Esch(Nlopt):
    algorithm = nlopt.GN_ESCH


class DirectLRand(Nlopt):
    algorithm = nlopt.GN_DIRECT_L_RAND


class Crs2(Nlopt):
    algorithm = nlopt.GN_CRS2_LM
