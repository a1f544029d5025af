# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Sourced after hosts.sh: tenants with controllers and bridges of their own, see docs/tenants.md.
OVERLAY=$NETNS_TESTS/../overlay
export PYTHONDONTWRITEBYTECODE=1

# managed_host N: a host whose database the manager and the controllers reach by TLS.
managed_host() {
    [ -e /run/pki ] || make_certificates
    host "$1"
    on "$1" vsctl set-ssl /run/pki/switch-privkey.pem /run/pki/switch-cert.pem \
        /run/pki/ca/controllerca/cacert.pem -- set-manager pssl:6640
}

# tenant NAME NUMBER HOSTS TYPE [OPTION=VALUE...]: its bridges on these hosts, and its controller.
tenant() {
    local name=$1 number=$2 hosts=$3
    shift 3
    # shellcheck disable=SC2086
    /usr/bin/python3 "$OVERLAY/manager.py" "$name" "$number" "$((6700 + number))" $hosts -- "$@"
    BVS_TENANT=$name BVS_HOSTS=$hosts PYTHONPATH=$OVERLAY \
        /usr/bin/python3 /usr/bin/osken-manager --ofp-ssl-listen-port "$((6700 + number))" \
        --ctl-privkey /run/pki/controller-privkey.pem --ctl-cert /run/pki/controller-cert.pem \
        --ca-certs /run/pki/ca/switchca/cacert.pem "$OVERLAY/tenant.py" \
        >"/run/log/tenant-$name.log" 2>&1 &
    controllers+=" $!"
    for n in $hosts; do
        eventually 60 tenant_has_joined "$n" "$name"
    done
}
controllers=""
tenant_has_joined() {
    [ "$(on "$1" vsctl get Controller "br-int-$2" is_connected)" = true ] &&
        [ "$(on "$1" vsctl get Controller "br-tun-$2" is_connected)" = true ]
}

# endpoint HOST TENANT GUEST MAC: plugs its cable into the tenant's bridge; that it has appeared there,
# and with which address, is all that the tenant's controller is told.
endpoint() {
    on "$1" vsctl add-port "br-int-$2" "p$3" -- set Interface "p$3" external_ids:tenant="$2" \
        external_ids:role=endpoint external_ids:mac="\"$4\""
}

stop_tenants() {
    # shellcheck disable=SC2086
    kill $controllers
}
