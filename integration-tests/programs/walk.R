# R at work, with a child that fork(2) made: each round builds on the one before. At the end all are computed once more.
directory <- commandArgs(trailingOnly = TRUE)[1]

tell <- function(event, text) {
  pending <- file.path(directory, paste0(".", event))
  cat(text, file = pending)
  file.rename(pending, file.path(directory, event))
}

step <- function(state, round) {
  set.seed(round)
  frame <- data.frame(key = sample(letters, 500, replace = TRUE), value = runif(500) + state)
  means <- aggregate(value ~ key, frame, mean)
  fit <- lm(value ~ as.integer(factor(key)), means)
  sum(means$value) %% 1 + coef(fit)[[1]] %% 1
}

walk <- function(rounds) Reduce(step, seq_len(rounds), 0)

child <- parallel::mcparallel({
  state <- 0
  rounds <- 0
  while (!file.exists(file.path(directory, "go"))) {
    rounds <- rounds + 1
    state <- step(state, rounds)
  }
  c(rounds, state)
})
state <- 0
rounds <- 0
while (rounds < 150 || !file.exists(file.path(directory, "go"))) {
  rounds <- rounds + 1
  state <- step(state, rounds)
  if (rounds == 40) tell("ready", "")
}
other <- parallel::mccollect(child)[[1]]
right <- identical(state, walk(rounds)) && identical(other[2], walk(other[1]))
tell("verdict", if (right) "ok" else sprintf("wrong after %d and %d rounds", rounds, other[1]))
