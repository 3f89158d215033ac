"""A pool of NumPy workers that a parent feeds: each round builds on the one before, the sum is known."""

import multiprocessing
import os
import sys

import numpy

WORKERS = 3
SIZE = 300


def heard(event):
    return os.path.exists(os.path.join(sys.argv[1], event))


def say(event, text=""):
    pending = os.path.join(sys.argv[1], ".pending-" + event)
    with open(pending, "w") as file:
        file.write(text)
    os.rename(pending, os.path.join(sys.argv[1], event))


def matrix(seed):
    return numpy.random.default_rng(seed).integers(0, 1000, (SIZE, SIZE)).astype(numpy.float64)


def work(task):
    """Exact in double precision, so the same everywhere."""
    seed, state = task
    product = matrix(seed) @ matrix(seed + 1)
    return (int(product.sum()) + state * 31) % (1 << 40)


def round_of(run, states):
    return run(work, [(seed, state) for seed, state in enumerate(states)])


def main():
    states, rounds = [0] * WORKERS, 0
    with multiprocessing.Pool(WORKERS) as pool:
        while rounds < 10 or not heard("go"):
            states, rounds = round_of(pool.map, states), rounds + 1
            if rounds == 5:
                say("ready")
    expected, step = [0] * WORKERS, round_of(map_list, [0] * WORKERS)
    for _ in range(rounds):
        expected = [(first + state * 31) % (1 << 40) for first, state in zip(step, expected)]
    say("verdict", "ok" if states == expected else f"after {rounds} rounds {states}, not {expected}")


def map_list(function, tasks):
    return [function(task) for task in tasks]


main()
