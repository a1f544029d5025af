// SPDX-License-Identifier: Apache-2.0
#include "ovsdb/remote.h"

namespace bvs::ovsdb {

namespace {

constexpr std::uint16_t k_default_port = 6640;
constexpr std::string_view k_expected = "expected unix:PATH, tcp:HOST:PORT or ssl:HOST:PORT";

} // namespace

Result<std::vector<Remote>> parse_remotes(std::string_view text) {
    std::vector<Remote> remotes;
    while (!text.empty()) {
        const auto one = text.substr(0, text.find(','));
        text.remove_prefix(std::min(one.size() + 1, text.size()));
        auto remote = net::parse_endpoint(one, k_default_port);
        if (!remote)
            return std::unexpected(remote.error());
        if (remote->passive)
            return fail("\"{}\" is no database; {}", one, k_expected);
        remotes.push_back(std::move(*remote));
    }
    if (remotes.empty())
        return fail("no database is named; {}", k_expected);
    return remotes;
}

} // namespace bvs::ovsdb
