// SPDX-License-Identifier: Apache-2.0
#include "net/tls.h"

#include <boost/asio/ssl/context.hpp>

namespace bvs::net {

Result<TlsContext> load_tls(const TlsFiles &files) {
    namespace ssl = boost::asio::ssl;
    if (files.private_key.empty() || files.certificate.empty() || files.ca_certificate.empty())
        return fail("ssl: needs a private key, a certificate and the certificate of a CA");
    auto context = std::make_shared<ssl::context>(ssl::context::tls);
    context->set_options(ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
    boost::system::error_code error;
    context->use_private_key_file(files.private_key, ssl::context::pem, error);
    if (error)
        return fail("cannot use the private key {}: {}", files.private_key, error.message());
    context->use_certificate_chain_file(files.certificate, error);
    if (error)
        return fail("cannot use the certificate {}: {}", files.certificate, error.message());
    context->load_verify_file(files.ca_certificate, error);
    if (error)
        return fail("cannot use the CA certificate {}: {}", files.ca_certificate, error.message());
    context->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
    return context;
}

} // namespace bvs::net
