"""A scheduler and workers of Dask in processes of their own, whose messages and CPU seconds are counted."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import cloudpickle
from distributed import Client

cloudpickle.register_pickle_by_value(sys.modules[__name__])  # the processes do not find this file


@contextmanager
def cluster_of(count: int) -> Iterator[Client | None]:
    """A scheduler and some workers, in processes of their own that count bytes; None of no workers."""
    if count == 0:
        yield None
        return
    command = [sys.executable, "-m", "dask", "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    command += ["--dashboard-address", "127.0.0.1:0"]
    scheduler = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    address = next(line.split()[-1] for line in scheduler.stderr or [] if "Scheduler at:" in line)
    threading.Thread(target=scheduler.stderr.read, daemon=True).start()  # type: ignore[union-attr]
    command = [sys.executable, "-m", "dask", "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    workers = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(count)]
    try:
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=60)
            count_bytes()
            client.run(count_bytes)
            client.run_on_scheduler(count_bytes)
            yield client
    finally:
        for process in (*workers, scheduler):
            process.terminate()
            process.wait()


def count_bytes() -> None:
    """Count what this process sends and receives, from now on."""
    from distributed.comm import tcp

    if hasattr(tcp.TCP, "counted"):
        return
    tcp.TCP.counted = [0, 0]
    write, read = tcp.TCP.write, tcp.read_bytes_rw

    async def counting_write(self, *arguments, **options):  # type: ignore[no-untyped-def]
        size = await write(self, *arguments, **options)
        self.counted[0] += size
        return size

    async def counting_read(stream, size):  # type: ignore[no-untyped-def]
        tcp.TCP.counted[1] += size
        return await read(stream, size)

    tcp.TCP.write, tcp.read_bytes_rw = counting_write, counting_read


def counted() -> tuple[int, int, float]:
    """Bytes that this process has sent and received so far, and its CPU seconds."""
    from distributed.comm import tcp

    return (*tcp.TCP.counted, time.process_time())


class Totals(NamedTuple):
    """So far; as in `Steps`."""

    client_cpu: float
    scheduler_cpu: float
    worker_cpu: float
    sent: int
    received: int
    among_others: int
    cpu_by_worker: dict[str, float]

    def since(self, before: Totals) -> Totals:
        by_worker = {worker: cpu - before.cpu_by_worker[worker] for worker, cpu in self.cpu_by_worker.items()}
        sums = [after - own for after, own in zip(self[:6], before[:6], strict=True)]
        return Totals(*sums, by_worker)._replace(worker_cpu=max(by_worker.values(), default=0.0))


def totals(client: Client | None) -> Totals:
    if client is None:
        return Totals(time.process_time(), 0.0, 0.0, 0, 0, 0, {})
    workers = client.run(counted)
    sent, received, cpu = counted()
    sent_on, _, scheduler_cpu = client.run_on_scheduler(counted)
    others = sent_on + sum(own for own, _, _ in workers.values()) - received
    return Totals(cpu, scheduler_cpu, 0.0, sent, received, others, {at: own[2] for at, own in workers.items()})
