# SPDX-License-Identifier: Apache-2.0
"""What goes between a switch and a controller: flows, packets out and packets in, a second."""
import concurrent.futures
import time

import channel
import pipelines
import shell
import stats

FRAME = bytes.fromhex("02000000be02" "02000000be01" "88b5").ljust(60, b"\0")  # 64 bytes with its FCS
BARRIER_EVERY = 1000
QUIET = 0.3  # seconds without a packet-in: none will come


def measure(tables, quick):
    """`tables`: those of each switch, one after the other."""
    packets, rounds, bursts = (5_000, 3, 10) if quick else (50_000, 9, 100)
    return {name: {"out": packets_out(one, packets, rounds), "in": packets_in(one, 20_000, bursts)}
            for name, one in tables.items()}


def connect(tables):
    return channel.Channel(tables.daemon.rundir / "br0.mgmt")


def flows(tables, shape):
    """One by one, with a barrier that is waited for behind each thousand."""
    messages = [channel.add_flow(rule) for rule in pipelines.others(shape)]
    with connect(tables) as controller:
        begin = time.monotonic()
        for first in range(0, len(messages), BARRIER_EVERY):
            controller.send(b"".join(messages[first:first + BARRIER_EVERY]))
            controller.barrier()
        return len(messages) / (time.monotonic() - begin)


def packets_out(tables, packets, rounds):
    """Until the reply to a barrier behind them. What counts as sent is what has come to the container."""
    pair, (_, sink) = tables.pair, tables.routes[-1]
    message = channel.packet_out(FRAME, sink) * packets
    before, rates = received(pair), []
    with connect(tables) as controller:
        for _ in range(rounds):
            begin = time.monotonic()
            controller.send(message)
            controller.barrier()
            rates.append(packets / (time.monotonic() - begin))
    time.sleep(QUIET)
    return {"rate": stats.median(rates), "sent": packets * rounds, "arrived": received(pair) - before}


def received(pair):
    [link] = shell.run_json("ip", "-n", pair.b, "-json", "-s", "link", "show", "eth1")
    return link["stats64"]["rx"]["packets"]


def packets_in(tables, packets, bursts):
    """One CPU makes frames as fast as it can, each goes to the controller and on to the sink."""
    gen, sink = tables.routes[-1]
    tables.clear()
    tables.ofctl("add-flow", tables.target, f"in_port={gen},actions=CONTROLLER,output:{sink}")
    before = tables.dropped("packet-in")
    with connect(tables) as controller, concurrent.futures.ThreadPoolExecutor() as beside:
        making = beside.submit(tables.new_flows, packets, bursts)
        told, rate = controller.packet_ins(making.done, QUIET)
        making.result()
    after = tables.dropped("packet-in")
    tables.clear()
    return {"rate": rate, "made": packets * (bursts + 1),  # the first burst warms up
            "told": told, "dropped": None if after is None else after - before}
