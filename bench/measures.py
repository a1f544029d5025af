# SPDX-License-Identifier: Apache-2.0
"""What is measured through a path: each measure is one call that gives one or a few quantities."""
import dataclasses

import shell

IPERF_PORT = 5201
SENDER, RECEIVER = "0", "1"  # CPUs, the same for every path


@dataclasses.dataclass(frozen=True)
class Quantity:
    title: str
    unit: str
    more_is_better: bool
    digits: int = 1


QUANTITIES = {
    "tcp1": Quantity("TCP, 1 stream", "Gbit/s", True),
    "tcp4": Quantity("TCP, 4 streams", "Gbit/s", True),
    "small": Quantity("UDP, 64-byte frames received", "Mpps", True, 3),
    "trips": Quantity("TCP request/response", "k/s", True),
    "p50": Quantity("round trip, median", "us", False),
    "p99": Quantity("round trip, 99 %", "us", False),
    "p999": Quantity("round trip, 99.9 %", "us", False),
    "forward": Quantity("forwarded 64-byte frame, one CPU", "ns", False, 0),
    "lost": Quantity("of these lost", "%", False),
}


def tcp(pair, streams, seconds):
    if pair.iperf is None:
        pair.iperf = pair.lab.start(*shell.inside(pair.b), "taskset", "-c", RECEIVER, "iperf3", "-s",
                                    "-p", IPERF_PORT, name="iperf3")
        shell.wait_for(lambda: listening(pair.b), "iperf3's server")
    report = shell.run_json(*shell.inside(pair.a), "taskset", "-c", SENDER, "iperf3", "-c", pair.target,
                            "-p", IPERF_PORT, "-P", streams, "-t", seconds, "-J", timeout=seconds + 20)
    return {f"tcp{streams}": report["end"]["sum_received"]["bits_per_second"] / 1e9}


def listening(netns):
    return f":{IPERF_PORT}" in shell.run(*shell.inside(netns), "ss", "-ltnH")


def between(pair, verb, seconds):
    return pair.lab.measure(verb, "--from", pair.a, "--to", pair.b, "--address", pair.target,
                            "--seconds", seconds)


def small(pair, seconds):
    return {"small": between(pair, "small-packets", seconds)["received_per_second"] / 1e6}


def trips(pair, seconds):
    seen = between(pair, "round-trip", seconds)
    return {"trips": seen["per_second"] / 1e3, "p50": seen["p50_us"], "p99": seen["p99_us"],
            "p999": seen["p999_us"]}


def forward(pair, bursts):
    netns, port = pair.entry
    seen = pair.lab.measure("forward", "--port-netns", netns, "--port", port, "--sink-netns", pair.b,
                            "--sink", "eth1", "--pin-dir", pair.lab.pins, "--bursts", bursts)
    return {"forward": seen["ns_per_packet"], "lost": 100 * seen["lost"]}


def plan(quick):
    """The measures of a round, each a function of the pair."""
    seconds, bursts = (0.3, 5) if quick else (1, 21)
    return {
        "tcp1": lambda pair: tcp(pair, 1, 1),
        "tcp4": lambda pair: tcp(pair, 4, 1),
        "small": lambda pair: small(pair, seconds),
        "trips": lambda pair: trips(pair, seconds),
        "forward": lambda pair: forward(pair, bursts),
    }
