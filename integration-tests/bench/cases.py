"""What is measured, sort by sort, and the marks that each is held against."""

import dataclasses
import statistics
import sys
import time

import bed

QUIET_S = 1
INTERVAL_S = 30
STEPS = 300


@dataclasses.dataclass(frozen=True)
class Mark:
    """What this project promises of a figure."""
    text: str
    value: float
    limit: float
    unit: str

    def holds(self):
        return self.value <= self.limit

    def told(self):
        return f"{self.text}: {self.value:.3g}, mark {self.limit:.3g} {self.unit}"


@dataclasses.dataclass(frozen=True)
class Case:
    """One load, measured in several rounds, of which the medians count. Every restarted job verifies its memory."""
    name: str
    words: list
    most: dict = dataclasses.field(default_factory=dict)

    def rounds(self, daemon, count):
        return [self.round(daemon) for _ in range(count)]

    def median(self, rounds):
        return {key: statistics.median(one[key] for one in rounds) for key in rounds[0]}

    def marks(self, figures):
        return [Mark(f"{self.name}, {key.removesuffix('_ms').replace('_', ' ')}", figures[key], most, "ms")
                for key, most in self.most.items()]


class RoundTrip(Case):
    """Checkpointed while it runs on, then vacated and restarted."""
    has_limits = False

    def round(self, daemon):
        with daemon.job(self.words) as (load, store):
            figures = bed.limits(load, daemon.place) if self.has_limits else {}
            load.mark()
            figures |= daemon.checkpoint(load, store)
            figures["pause_ms"] = load.tell().gap_ms
            daemon.checkpoint(load, store, "--vacate")
            figures["restart_ms"] = daemon.restart_ms(store)
            load.finish()
            return figures


class Heap(RoundTrip):
    """The mixed heap: half of it random, a quarter zero, a quarter text."""
    has_limits = True

    def marks(self, figures):
        size = int(self.words[-1]) << 20
        found = super().marks(figures)
        if self.name == "heap 1 GiB":
            found += [
                Mark("1 GiB, pause", figures["pause_ms"], 1.5 * figures["limit_zstd_ms"], "ms: 1.5 x zstd"),
                Mark("1 GiB, restart", figures["restart_ms"], 2.5 * figures["limit_fill_ms"],
                     "ms: 2.5 x populate and fill"),
                Mark("1 GiB, image", figures["bytes"] / 2**20, 0.55 * size / 2**20, "MiB: 0.55 of the heap"),
                Mark("1 GiB, time to durable", figures["durable_ms"], 1.2 * figures["limit_zstd_ms"],
                     "ms: 1.2 x zstd")]
        if self.name == "heap 4 GiB":
            slower = max(figures["limit_unzstd_ms"], figures["limit_fill_ms"])
            found.append(Mark("4 GiB, restart", figures["restart_ms"], 1.3 * slower,
                              "ms: 1.3 x the slower of unpacking, and populate and fill"))
        return found


class Raw(Case):
    """A heap that is not compressed."""

    def round(self, daemon):
        with daemon.job(self.words) as (load, store):
            figures = bed.limits(load, daemon.place)
            return figures | daemon.checkpoint(load, store, "--compression", "none")

    def marks(self, figures):
        # zero pages are not written
        direct = figures["limit_direct_ms"] * figures["bytes"] / (int(self.words[-1]) << 20)
        return [Mark(f"{self.name}, time to durable", figures["durable_ms"], direct / 0.7,
                     "ms: 0.7 of the rate of plain O_DIRECT writes")]


class Huge(Case):
    """Memory on huge pages."""

    def round(self, daemon):
        with daemon.job(self.words) as (load, store):
            load.mark()
            figures = daemon.checkpoint(load, store, "--strategy", "live")
            return figures | {"pause_ms": load.tell().gap_ms}


class Delta(Case):
    """One job, checkpointed again and again; the first time is the full image that the others are compared with."""

    def rounds(self, daemon, count):
        with daemon.job(self.words) as (load, store):
            figures = []
            for _ in range(count + 1):
                load.mark()
                taken = daemon.checkpoint(load, store, "--strategy", "delta")
                figures.append(taken | {"pause_ms": load.tell().gap_ms})
            load.kill()
            restart_ms = daemon.restart_ms(store)
            load.finish()
            full, *deltas = figures
            once = {"restart_ms": restart_ms, "full_pause_ms": full["pause_ms"],
                    "full_durable_ms": full["durable_ms"], "full_bytes": full["bytes"]}
            return [delta | once for delta in deltas]

    def marks(self, figures):
        if not self.most:
            return []
        part = Mark(f"{self.name}, image", figures["bytes"] / 2**20, 0.03 * figures["full_bytes"] / 2**20,
                    "MiB: 3 % of the full one")
        return super().marks(figures) + [part]


class Lazy(Case):
    """One job, restarted before its memory is there, which it touches at once."""

    def round(self, daemon):
        with daemon.job(self.words) as (load, store):
            figures = {"bytes": daemon.checkpoint(load, store, "--vacate")["bytes"]}
            (load.place / "touch").touch()
            before = time.monotonic()
            figures["restart_ms"] = daemon.restart_ms(store, "--lazy")
            lines = bed.await_file(load.place / "touched").read_text().splitlines()
            for name, line in zip(("random", "sequential"), lines):
                count, half, most = map(int, line.split())
                figures |= {f"{name}_faults": count, f"{name}_fault_us": half / 1000, f"{name}_fault_99_us": most / 1000}
            load.finish()
            return figures | {"verified_ms": (time.monotonic() - before) * 1000}

    def marks(self, figures):
        return [Mark(f"{self.name}, first instruction", figures["restart_ms"], 40, "ms")] + [
            Mark(f"{self.name}, {order} fault", figures[f"{order}_fault_us"], 60, "us, the median")
            for order in ("random", "sequential")]


class Writer(Case):
    """One thread that writes page after page: what it did not get to write because of a checkpoint."""

    def round(self, daemon):
        with daemon.job(self.words) as (load, store):
            load.mark()
            time.sleep(QUIET_S)
            before = load.tell()
            load.mark()
            figures = daemon.checkpoint(load, store, "--strategy", "live")
            during = load.tell()
            lost = during.elapsed_ms - before.elapsed_ms * during.pages / before.pages
            return figures | {"pause_ms": during.gap_ms, "lost_work_ms": lost}


class Tracked(Case):
    """Every page written to once after a checkpoint that notes what is written from then on."""

    def round(self, daemon):
        with daemon.job(self.words) as (load, store):
            load.mark()
            load.mark()
            plain = load.tell().took_ms
            figures = daemon.checkpoint(load, store, "--strategy", "delta")
            load.mark()
            return figures | {"rewritten_ms": plain, "tracking_ms": load.tell().took_ms - plain}


class Periodic(Case):
    """A NumPy job with a checkpoint every 30 s, against the same undisturbed."""

    def round(self, daemon):
        undisturbed = self.seconds(daemon, lambda program, store: None)
        disturbed = self.seconds(daemon, daemon.checkpoint)
        return {"undisturbed_s": undisturbed, "disturbed_s": disturbed}

    def seconds(self, daemon, at_interval):
        with daemon.program(self.begin) as (program, store):
            while True:
                end = time.monotonic() + INTERVAL_S
                while time.monotonic() < end:
                    if (program.place / "done").exists():
                        return float((program.place / "done").read_text())
                    time.sleep(0.05)
                at_interval(program, store)

    def begin(self, place):
        command = ["env", "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", sys.executable, bed.HERE / "steps.py"]
        return bed.Program(place, [*command, place, str(STEPS)])

    def marks(self, figures):
        longer = figures["disturbed_s"] / figures["undisturbed_s"] - 1
        return [Mark(f"{self.name}, longer by", 100 * longer, 1, "%")]


def pages_of(mebibytes, permille):
    return str(mebibytes * 256 * permille // 1000)


def growth(results):
    """How much a pause grows with each GiB, between the smallest and the greatest size measured."""
    for title, sort in (("live on huge pages", Huge), ("delta, 10 MiB changed", Delta)):
        sizes = [(int(case.words[-1].removesuffix("huge")) / 1024, figures["pause_ms"])
                 for case, figures in results
                 if type(case) is sort and (sort is Huge or case.words[1] == TEN_MEBIBYTES)]
        if len(sizes) > 1:
            (small, least), (large, most) = min(sizes), max(sizes)
            slope = (most - least) / (large - small)
            yield Mark(f"{title}, pause from {small:g} to {large:g} GiB", slope, 0.4, "ms for each GiB")


TEN_MEBIBYTES = "2560"

CASES = [
    Heap("heap 256 MiB", ["heap", "256"]),
    Heap("heap 1 GiB", ["heap", "1024"], {"pause_ms": 20}),
    Heap("heap 4 GiB", ["heap", "4096"], {"pause_ms": 45}),
    Raw("raw 1 GiB", ["heap", "1024"]),
    Huge("huge 256 MiB", ["heap", "256huge"]),
    Huge("huge 4 GiB", ["heap", "4096huge"], {"pause_ms": 3}),
    Huge("huge 8 GiB", ["heap", "8192huge"]),
    Writer("writer 1 GiB", ["writing", "1024"], {"lost_work_ms": 120}),
    Writer("huge writer 1 GiB", ["writing", "1024huge"], {"lost_work_ms": 40}),
    RoundTrip("ring of 200", ["ring", "200"], {"frozen_ms": 60, "restart_ms": 250}),
    RoundTrip("64 threads", ["threads", "64", "64"], {"frozen_ms": 30}),
    RoundTrip("64 threads alone", ["threads", "64", "1"], {"frozen_ms": 5}),
    RoundTrip("1000 threads alone", ["threads", "1000", "1"], {"frozen_ms": 15}),
    Delta("delta 1 GiB 0.1 %", ["changing", pages_of(1024, 1), "1024"], {"pause_ms": 4}),
    Delta("delta 1 GiB 1 %", ["changing", pages_of(1024, 10), "1024"], {"pause_ms": 10}),
    Delta("delta 1 GiB 10 %", ["changing", pages_of(1024, 100), "1024"]),
    Delta("delta 4 GiB 0.1 %", ["changing", pages_of(4096, 1), "4096"], {"pause_ms": 4}),
    Delta("delta 4 GiB 1 %", ["changing", pages_of(4096, 10), "4096"], {"pause_ms": 10}),
    Delta("delta 256 MiB 10 MiB", ["changing", TEN_MEBIBYTES, "256"]),
    Delta("delta 8 GiB 10 MiB", ["changing", TEN_MEBIBYTES, "8192"]),
    Tracked("tracked 1 GiB", ["rewriting", "1024"], {"tracking_ms": 150}),
    Lazy("lazy 256 MiB", ["touching", "256"]),
    Lazy("lazy 1 GiB", ["touching", "1024"]),
    Lazy("lazy 4 GiB", ["touching", "4096"]),
    Periodic("periodic 1 GiB", []),
]
