#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plays a peer against search_benchmark: python3 play.py PEER

Speaks JSON, a document a line, on stdin and stdout (tests/search/benchmark/peer.hpp). A peer is a
class with ask() -> number of a candidate, or None at its end, and tell(number, score), where None
is the score of what has failed.
"""

import importlib
import json
import logging
import os
import random
import sys
import warnings

sys.dont_write_bytecode = True
# One thread each: numbers are small, and others measure beside us.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

PEERS = {
    "random": ("play", "Random"),
    "optuna-tpe": ("optuna_peer", "Tpe"),
    "optuna-tpe-multivariate": ("optuna_peer", "MultivariateTpe"),
    "nlopt-esch": ("nlopt_peer", "Esch"),
    "nlopt-direct-l-rand": ("nlopt_peer", "DirectLRand"),
    "nlopt-crs2": ("nlopt_peer", "Crs2"),
    "sklearn-gp-ei": ("sklearn_peer", "GpEi"),
}


class Random:
    """Any candidate, each once. Needs nothing but Python: it tests the protocol."""

    def __init__(self, task):
        self.left = list(range(1, len(task["candidates"])))
        random.Random(task["seed"]).shuffle(self.left)

    def ask(self):
        return self.left.pop() if self.left else None

    def tell(self, number, score):
        pass


def make(document):
    module, name = PEERS[document["peer"]]
    if module == "play":
        return Random(document)
    task = importlib.import_module("task").Task(document)
    return getattr(importlib.import_module(module), name)(task)


def ask(peer, count):
    numbers = []
    while len(numbers) < count:
        number = peer.ask()
        if number is None or number in numbers:
            break
        numbers.append(number)
        if getattr(peer, "one_at_a_time", False):
            break
    return {"candidates": numbers, "why": getattr(peer, "why", "every candidate was measured")}


def end(peer):
    if hasattr(peer, "close"):
        peer.close()


def say(document):
    print(json.dumps(document), flush=True)


def main():
    if len(sys.argv) != 2 or sys.argv[1] not in PEERS:
        sys.exit("usage: play.py PEER; peers: " + ", ".join(PEERS))
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    peer = None
    for line in sys.stdin:
        order = json.loads(line)
        if "task" in order:
            end(peer)
            try:
                peer = make(order["task"])
            except ImportError as error:
                say({"error": f"{sys.argv[1]}: {error}"})
                continue
            say({"ready": True})
        elif "ask" in order:
            say(ask(peer, order["ask"]))
        else:
            for told in order["tell"]:
                peer.tell(told["candidate"], told["score"])
    end(peer)


if __name__ == "__main__":
    main()
