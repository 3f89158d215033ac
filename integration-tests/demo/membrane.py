"""Waves on a square membrane: processes with a slab each, threads with rows each. Knows nothing of checkpoints."""

import hashlib
import multiprocessing
import sys
import threading

import numpy

SIZE = 4096
PROCESSES = 2
THREADS = 2
BLOCK = 128
SPEED = 0.2


def start(first, rows):
    """A slab of the membrane at rest, plucked everywhere a little; with one row more on either side."""
    noise = numpy.random.default_rng(first).standard_normal((rows + 2, SIZE))
    return noise, noise.copy()


def advance(now, before, rows):
    """Overwrites these rows of before with what follows now."""
    for top in range(rows.start, rows.stop, BLOCK):
        bottom = min(top + BLOCK, rows.stop)
        mid = now[top:bottom, 1:-1]
        curve = now[top - 1 : bottom - 1, 1:-1] + now[top + 1 : bottom + 1, 1:-1]
        curve += now[top:bottom, :-2]
        curve += now[top:bottom, 2:]
        curve -= 4 * mid
        curve *= SPEED
        curve += 2 * mid
        curve -= before[top:bottom, 1:-1]
        before[top:bottom, 1:-1] = curve


def in_threads(now, before, count):
    """advance() for all rows, each thread its share."""
    share = count // THREADS
    threads = [
        threading.Thread(target=advance, args=(now, before, range(1 + n * share, 1 + (n + 1) * share)))
        for n in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def swap_edges(now, up, down):
    if up:
        up.send_bytes(now[1].tobytes())
    if down:
        down.send_bytes(now[-2].tobytes())
    if up:
        now[0] = numpy.frombuffer(up.recv_bytes())
    if down:
        now[-1] = numpy.frombuffer(down.recv_bytes())


def slab(first, rows, steps, up, down, results):
    now, before = start(first, rows)
    for _ in range(steps):
        swap_edges(now, up, down)
        in_threads(now, before, rows)
        now, before = before, now
        results.send(float(numpy.square(now[1:-1]).sum()))
    results.send(hashlib.sha256(now[1:-1].tobytes()).hexdigest())


def launch(steps):
    """The processes; returns what their results can be read from."""
    rows = SIZE // PROCESSES
    edges = [multiprocessing.Pipe() for _ in range(PROCESSES - 1)]
    up = [None] + [edge[0] for edge in edges]
    down = [edge[1] for edge in edges] + [None]
    readers = []
    for n in range(PROCESSES):
        reader, writer = multiprocessing.Pipe(duplex=False)
        work = (n * rows, rows, steps, up[n], down[n], writer)
        multiprocessing.Process(target=slab, args=work, name=f"slab-{n}", daemon=True).start()
        readers.append(reader)
    return readers


def main(path, steps):
    readers = launch(steps)
    with open(path, "w", buffering=1) as output:
        for step in range(1, steps + 1):
            energy = sum(reader.recv() for reader in readers)
            output.write(f"step {step:5d}  energy {energy!r}\n")
        for reader in readers:
            output.write(f"slab {reader.recv()}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
