# SPDX-License-Identifier: Apache-2.0
"""What the kernel's maps take, as bpftool says it."""
import shell
from pipelines import dotted

CACHE_WAYS = 4  # entries of a set
CHUNKS = ("trajectory_chun", "tallies")  # the kernel keeps 15 characters of a name
TRAJECTORIES = 512  # there is room for 1,023 without more memory


def maps():
    return shell.run_json("bpftool", "-j", "map")


def kernel_bytes():
    return sum(one.get("bytes_memlock", 0) for one in maps())


def cache():
    """One CPU's: of a fixed size, whatever is in it."""
    one = next((one for one in maps() if (one.get("name"), one["type"]) == ("cache", "array")), None)
    if one is None:
        raise shell.Failed("no map named cache: does bvsd run?")
    entries = one["max_entries"] * CACHE_WAYS
    return {"cpu_bytes": one["bytes_memlock"], "entries": entries,
            "entry_bytes": one["bytes_memlock"] / entries}


def trajectory(tables):
    """Its place, its tallies and what finds it. Each frame comes to one of many rules, and each rule
    makes a trajectory."""
    gen, sink = tables.routes[-1]
    tables.clear()
    step = (1 << 24) // TRAJECTORIES  # of 10.0.0.0/8, where all frames come from
    file = tables.lab.work / "flows"
    prefix = 33 - step.bit_length()
    file.write_text("".join(f"ip,in_port={gen},nw_src={dotted(10 << 24 | i * step)}/{prefix},"
                            f"actions=output:{sink}\n" for i in range(TRAJECTORIES)))
    tables.ofctl("--bundle", "add-flows", tables.target, file)
    bytes_before, made_before = findable(tables)
    tables.new_flows(10 * TRAJECTORIES, 1)
    bytes_after, made_after = findable(tables)
    tables.clear()
    made, grown = made_after - made_before, bytes_after - bytes_before
    if not made:
        raise shell.Failed("new flows have made no trajectory")
    chunks = [one for one in maps() if one.get("name") in CHUNKS and one["type"] == "array"]
    places = sum(one["max_entries"] for one in chunks if one["name"] == CHUNKS[0])
    return {"made": made, "place_bytes": sum(one["bytes_memlock"] for one in chunks) / places,
            "found_bytes": grown / made}


def findable(tables):
    """The bytes of the map by which trajectories are found, and how many are in it."""
    [pin] = tables.daemon.pins.glob("generation-*/trajectories")
    said = shell.run_json("bpftool", "-j", "map", "show", "pinned", pin)
    return said["bytes_memlock"], len(shell.run_json("bpftool", "-j", "map", "dump", "pinned", pin))
