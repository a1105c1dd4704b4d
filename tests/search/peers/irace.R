# SPDX-License-Identifier: Apache-2.0
# Plays irace against search_benchmark: Rscript irace.R; see ../benchmark/peer.hpp for the lines.
#
# An instance is a round, since nothing else differs from one measurement to the next. irace races: it
# measures a candidate again and again until a test tells it from others, and every measurement counts.
# It calls its target, so the target asks and tells; a new task in between ends the race.
suppressPackageStartupMessages({
  library(jsonlite)
  library(irace)
})
input <- file("stdin", "r")
output <- file("/dev/stdout", "w", raw = TRUE)  # not diverted by capture.output()
next_line <- function() {
  line <- readLines(input, n = 1)
  if (length(line) == 0) quit(save = "no", status = 0)
  fromJSON(line, simplifyVector = FALSE)
}
say <- function(document) {
  cat(toJSON(document, auto_unbox = TRUE), "\n", sep = "", file = output)
  flush(output)
}

switched_by <- function(task, knob, on) {
  for (constraint in task$constraints) {
    knobs <- unlist(constraint$knobs)
    kind <- if (on) "fixed_unless_zero" else "fixed_if_zero"
    if (knobs[1] == task$mode && knob %in% knobs[-1] && constraint$kind == kind) return(FALSE)
  }
  TRUE
}

# Knobs by their place in the order of their values; those that a mode switches off on a condition.
parameters_of <- function(task) {
  lines <- character()
  for (i in seq_along(task$parameters)) {
    knob <- task$parameters[[i]]$knob
    last <- length(task$parameters[[i]]$values) - 1
    if (last == 0) next
    line <- sprintf('p%d "" i (0, %d)', i, last)
    if (task$mode != "" && knob != task$mode) {
      mode <- sprintf("p%d", match(task$mode, task$knobs))
      if (!switched_by(task, knob, TRUE)) line <- sprintf("%s | %s == 0", line, mode)
      if (!switched_by(task, knob, FALSE)) line <- sprintf("%s | %s == 1", line, mode)
    }
    lines <- c(lines, line)
  }
  readParameters(text = paste(lines, collapse = "\n"))
}

prepared <- function(task) {
  task$knobs <- sapply(task$parameters, function(p) p$knob)
  values <- lapply(task$parameters, function(p) sort(unlist(p$values)))
  task$rows <- t(sapply(task$candidates, unlist))
  task$steps <- pmax(1, sapply(values, length) - 1)
  task$ranks <- sapply(seq_along(values), function(i) match(task$rows[, i], values[[i]]) - 1)
  task$unit <- t(t(task$ranks) / task$steps)
  task
}

# The number of the candidate nearest to a configuration, among those of its mode.
nearest <- function(task, configuration) {
  distance <- rep(0, nrow(task$rows))
  for (i in seq_along(task$knobs)) {
    place <- configuration[[sprintf("p%d", i)]]
    if (is.null(place) || is.na(place)) next
    weight <- if (task$knobs[i] == task$mode) 1e6 else 1
    distance <- distance + weight * (task$unit[, i] - place / task$steps[i])^2
  }
  which.min(distance) - 1
}

pending <- NULL
measured <- function(task, configuration) {
  order <- next_line()
  if (!is.null(order$task)) {
    pending <<- order
    stop("a new task")
  }
  say(list(candidates = list(nearest(task, configuration))))
  score <- next_line()$tell[[1]]$score
  if (is.null(score)) 10 else score
}

play <- function(task) {
  task <- prepared(task)
  scenario <- list(
    targetRunner = function(experiment, scenario) {
      list(cost = measured(task, experiment$configuration))
    },
    instances = 1:100, maxExperiments = task$budget, seed = task$seed %% 2^31, logFile = "",
    debugLevel = 0, deterministic = FALSE)
  out <- capture.output(
    result <- tryCatch({ irace(scenario, parameters_of(task)); "it has ended its races" },
                       error = function(e) conditionMessage(e)))
  result
}

order <- next_line()
repeat {
  say(list(ready = TRUE))
  why <- play(order$task)
  order <- if (is.null(pending)) next_line() else pending
  pending <- NULL
  while (is.null(order$task)) {
    if (!is.null(order$ask)) say(list(candidates = list(), why = gsub("\n", " ", why)))
    order <- next_line()
  }
}
