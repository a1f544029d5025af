#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Gives a tenant its part of some hosts: docs/tenants.md.

  manager.py TENANT NUMBER PORT HOST... -- TYPE [OPTION=VALUE...]

On each of the hosts, named by number, it makes br-int-TENANT for the tenant's endpoints and
br-tun-TENANT for its tunnels, joins them by a patch pair, gives both the tenant's controller at TCP
port PORT, and br-tun-TENANT a tunnel of TYPE to each of the other hosts. What an interface is for is
written into its external_ids, where the tenant's controller finds it.
"""
import subprocess
import sys

import pki

SIDES = ("int", "tun")


def underlay(host):
    return f"172.16.{host}.1"


def datapath_id(number, host, side):
    return f"{number:08x}{host:04x}{SIDES.index(side):04x}"


def bridge(tenant, number, port, host, side):
    name, other = f"br-{side}-{tenant}", SIDES[1 - SIDES.index(side)]
    patch, peer = f"{tenant}-{side}-{other}", f"{tenant}-{other}-{side}"
    return ["--", "add-br", name, "--", "set", "Bridge", name, "fail_mode=secure",
            "protocols=OpenFlow13", f"other_config:datapath-id={datapath_id(number, host, side)}",
            "other_config:disable-in-band=true",
            "--", "set-controller", name, f"ssl:172.16.{host}.254:{port}",
            "--", "add-port", name, patch, "--", "set", "Interface", patch, "type=patch",
            f"options:peer={peer}", f"external_ids:tenant={tenant}", f"external_ids:role=to-{other}"]


def tunnel(tenant, host, other, kind, options):
    name = f"{tenant}-{other}"
    return ["--", "add-port", f"br-tun-{tenant}", name, "--", "set", "Interface", name, f"type={kind}",
            f"options:remote_ip={underlay(other)}", f"options:local_ip={underlay(host)}",
            *(f"options:{option}" for option in options), f"external_ids:tenant={tenant}",
            "external_ids:role=tunnel", f"external_ids:host={other}"]


def vsctl(host, arguments):
    subprocess.run(["ovs-vsctl", "--timeout=30", f"--db=ssl:{underlay(host)}:6640",
                    f"--private-key={pki.KEY}", f"--certificate={pki.CERTIFICATE}",
                    f"--ca-cert={pki.SWITCHES}", *arguments], check=True)


def main(tenant, number, port, *rest):
    end = rest.index("--")
    hosts, (kind, *options) = [int(host) for host in rest[:end]], rest[end + 1:]
    for host in hosts:
        arguments = [argument for side in SIDES
                     for argument in bridge(tenant, int(number), port, host, side)]
        for other in hosts:
            if other != host:
                arguments += tunnel(tenant, host, other, kind, options)
        vsctl(host, arguments[1:])


if __name__ == "__main__":
    main(*sys.argv[1:])
