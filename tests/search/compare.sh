#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the peers of our searchers, builds search_benchmark, and plays all of them on all landscapes.
#   sh tests/search/compare.sh [OPTION...]
# Options go to search_benchmark, whose --help explains them and the table; some that make it quick:
#   --seeds 10  --landscapes collective modnic  --searchers bayesian optuna-tpe+anchors  --budget 20
# Needs root where packages are missing. All peers are packages of Debian 12; no other Python is used.
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
. "$here/../prepare.sh"
root=$(CDPATH= cd -- "$here/../.." && pwd)
build=${MODERATO_BUILD_DIR:-$root/build}

install_packages python3-optuna python3-nlopt python3-sklearn libdlib-dev r-cran-irace r-cran-jsonlite
build_targets search_benchmark peer_dlib
exec "$build/tests/search/benchmark/search_benchmark" --peers "$@"
