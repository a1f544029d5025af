// SPDX-License-Identifier: Apache-2.0
//
// TLS for the wires that leave the host. As with Open vSwitch the CA is one's own: whom it signed
// is trusted, by whatever name, and both sides show a certificate.
#pragma once

#include "base/result.h"

#include <memory>
#include <string>

namespace boost::asio::ssl {
class context;
}

namespace bvs::net {

// In PEM format.
struct TlsFiles {
    std::string private_key;
    std::string certificate;
    std::string ca_certificate;

    bool operator==(const TlsFiles &) const = default;
};

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

// For either side of a connection.
Result<TlsContext> load_tls(const TlsFiles &files);

} // namespace bvs::net
