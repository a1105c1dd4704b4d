# SPDX-License-Identifier: Apache-2.0
"""Optuna's TPE as its users write it: define by run, so that a mode decides what is suggested.

Knobs are suggested by their place in the order of their values, since values grow by factors and 0
is among them. What a constraint forbids is moved to the nearest allowed candidate. TPE may suggest
a candidate again; that is then measured again, and paid for.
"""

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)


class Tpe:
    options = {}

    def __init__(self, task):
        self.task = task
        sampler = optuna.samplers.TPESampler(seed=task.seed, **self.options)
        self.study = optuna.create_study(sampler=sampler)
        self.open = {}
        for number in task.anchors:
            if number == 0:
                self._add_baseline()
            else:
                self.study.enqueue_trial(self._parameters(number))

    def _names(self, mode_on):
        """The knobs that are suggested, the mode aside."""
        for place, knob in enumerate(self.task.knobs):
            if place != self.task.mode and self.task.switched_by(knob, mode_on):
                if len(self.task.values[place]) > 1:
                    yield place, knob

    def _parameters(self, number):
        row, ranks = self.task.rows[number], self.task.ranks[number]
        mode = self.task.mode
        parameters = {} if mode is None else {self.task.knobs[mode]: row[mode]}
        for place, knob in self._names(mode is not None and row[mode] != 0):
            parameters[knob] = int(ranks[place])
        return parameters

    def _add_baseline(self):
        """Its score is known before the search: 0."""
        parameters = self._parameters(0)
        distributions = {}
        for knob, value in parameters.items():
            place = self.task.knobs.index(knob)
            distributions[knob] = self._distribution(place)
        self.study.add_trial(optuna.trial.create_trial(
            params=parameters, distributions=distributions, value=0.0))

    def _distribution(self, place):
        if place == self.task.mode:
            return optuna.distributions.CategoricalDistribution(self.task.values[place])
        return optuna.distributions.IntDistribution(0, len(self.task.values[place]) - 1)

    def ask(self):
        trial = self.study.ask()
        task = self.task
        point = [0.0] * len(task.knobs)
        on = False
        if task.mode is not None:
            values = task.values[task.mode]
            value = trial.suggest_categorical(task.knobs[task.mode], values)
            on = value != 0
            point[task.mode] = values.index(value) / max(1, len(values) - 1)
        for place, knob in self._names(on):
            last = len(task.values[place]) - 1
            point[place] = trial.suggest_int(knob, 0, last) / last
        number = task.nearest(point)
        self.open.setdefault(number, []).append(trial)
        return number

    def tell(self, number, score):
        trial = self.open[number].pop()
        if score is None:
            self.study.tell(trial, state=optuna.trial.TrialState.FAIL)
        else:
            self.study.tell(trial, score)


class MultivariateTpe(Tpe):
    options = {"multivariate": True, "group": True}
