#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns a study of a whole grid into a recorded landscape: one line of JSON a candidate.

  python3 from_study.py STUDY --name NAME --description TEXT [--workload WORKLOAD] [--metric p99]
                        [--anchor rx-usecs=16,rx-frames=88]... [--saturated] >NAME.json

A study that measures several workloads gives a landscape for each, and for each metric. Without
--workload the score is the study's own. Trials are those of the search; README.md has the format.
"""

import argparse
import json
import pathlib
import sys


def read_trials(folder):
    """The last trial of each place in the search: {(candidate, round): trial}."""
    trials = {}
    for line in (folder / "trials.jsonl").read_text().splitlines():
        trial = json.loads(line)
        if trial["phase"] == "search" and trial["state"] != "void":
            trials[trial["candidate"], trial["round"]] = trial
    return trials


def score(trial, workload, metric):
    """The figure to minimise; None if the trial failed."""
    if trial["state"] != "complete":
        return None
    if workload is None:
        value = trial["score"]
    else:
        words = set(workload.split())
        found = [o for o in trial["outcomes"] if words <= set(o["workload"].split())]
        if len(found) != 1:
            sys.exit(f"{len(found)} workloads of the study are called {workload}")
        value = found[0]["summary"][metric]
    return float(f"{value:.5g}")


def rounds_of(number, trials, workload, metric):
    """[[its score, the baseline's in this round], ...]; rounds whose baseline failed are left out."""
    rounds = []
    for (candidate, place), trial in sorted(trials.items()):
        if candidate != number:
            continue
        baseline = trials.get((0, place))
        reference = baseline and score(baseline, workload, metric)
        if reference:
            rounds.append([score(trial, workload, metric), reference])
    return rounds


def parameters_of(policy, settings):
    """Those that the link has, with the values that are left: the first listed stays the first."""
    parameters = []
    for parameter in policy["space"]["parameters"]:
        knob = parameter["knob"]
        if all(knob in s for s in settings):
            seen = {s[knob] for s in settings}
            if "values" not in parameter:
                parameter["values"] = sorted(seen)
            values = [v for v in parameter["values"] if v in seen]
            parameters.append({"knob": knob, "values": values + sorted(seen - set(values))})
    return parameters


def constraints_of(policy, knobs):
    constraints = []
    for constraint in policy["space"].get("constraints", []):
        kept = [knob for knob in constraint["knobs"] if knob in knobs]
        if len(kept) > 1 and kept[0] == constraint["knobs"][0]:
            constraints.append({"kind": constraint["kind"], "knobs": kept})
    return constraints


def anchor(text):
    return {knob: int(value) for knob, value in (pair.split("=") for pair in text.split(","))}


def measured(anchors, settings):
    """Anchors that were measured: what the driver takes for the same as another value was not."""
    return [a for a in anchors if {**settings[0], **a} in settings.values()]


def landscape(arguments):
    trials = read_trials(arguments.study)
    policy = json.loads((arguments.study / "policy.json").read_text())
    settings = {number: trial["settings"] for (number, _), trial in trials.items()}
    parameters = parameters_of(policy, settings.values())
    knobs = [p["knob"] for p in parameters]
    candidates = [{"settings": [settings[n][k] for k in knobs],
                   "rounds": rounds_of(n, trials, arguments.workload, arguments.metric)}
                  for n in sorted(settings) if n != 0]
    return {"schema": "moderato-landscape/1", "name": arguments.name,
            "description": arguments.description,
            "load": "saturated" if arguments.saturated else "moderate",
            "parameters": parameters, "constraints": constraints_of(policy, knobs),
            "baseline": {k: settings[0][k] for k in knobs},
            "anchors": measured(arguments.anchor, settings), "candidates": candidates}


def write(document, out):
    """Candidates a line each, so that a difference can be read."""
    candidates = document.pop("candidates")
    lines = [json.dumps(document)[:-1] + ', "candidates": [']
    lines += [json.dumps(c, separators=(",", ":")) + "," for c in candidates]
    lines[-1] = lines[-1].rstrip(",") + "]}"
    out.write("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study", type=pathlib.Path)
    parser.add_argument("--name", required=True)
    parser.add_argument("--description", required=True, help="how it was recorded")
    parser.add_argument("--workload", help="of several: words of it, 'tcp-stream size=512'")
    parser.add_argument("--metric", default="p99")
    parser.add_argument("--anchor", type=anchor, action="append", default=[])
    parser.add_argument("--saturated", action="store_true")
    write(landscape(parser.parse_args()), sys.stdout)


if __name__ == "__main__":
    main()
