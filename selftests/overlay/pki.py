# SPDX-License-Identifier: Apache-2.0
"""Where the scenarios have their certificates: those that `make_certificates` of ../netns/lib.sh makes."""
import ssl

KEY = "/run/pki/controller-privkey.pem"
CERTIFICATE = "/run/pki/controller-cert.pem"
SWITCHES = "/run/pki/ca/switchca/cacert.pem"


def context():
    """To talk to a switch's database; who a switch is, its certificate says and not its address."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.load_verify_locations(SWITCHES)
    made.load_cert_chain(CERTIFICATE, KEY)
    return made
