// SPDX-License-Identifier: Apache-2.0
#include "switch/sample_export.h"

#include "switch/flow_records.h"

#include <numeric>

namespace bvs::daemon {

SampleExport::~SampleExport() {
    const auto now = moment_now();
    for (auto &[number, domain] : domains_) {
        domain.cache.flush(domain.due);
        encode(domain, now);
    }
    collectors_.flush();
}

SampleExport::Domain *SampleExport::domain(std::uint32_t number) {
    const auto known = domains_.find(number);
    if (known != domains_.end())
        return &known->second;
    if (domains_.size() >= k_most_domains)
        return nullptr;
    netflow::Ipfix encoder({.domain = number,
                            .virtual_observation = wishes_.virtual_observation,
                            .refresh = {.time = wishes_.templates}});
    Domain made{std::move(encoder), {wishes_.cache_limits(), seed_}, {}};
    return &domains_.try_emplace(number, std::move(made)).first->second;
}

void SampleExport::add(std::uint32_t number, netflow::FlowKey key,
                       const netflow::Traffic &traffic) {
    auto *found = domain(number);
    if (!found) {
        ++refused_;
        return;
    }
    if (!wishes_.tunnels)
        key.tunnel = {};
    found->cache.count(key, traffic, moment_now().now, found->due);
}

void SampleExport::encode(Domain &domain, const netflow::Moment &moment) {
    if (domain.due.empty())
        return;
    collectors_.add(domain.encoder.encode(domain.due, moment));
    records_ += domain.due.size();
    domain.due.clear();
}

void SampleExport::encode(const netflow::Moment &moment) {
    for (auto &[number, domain] : domains_) {
        domain.cache.expire(moment.now, domain.due);
        encode(domain, moment);
    }
}

std::size_t SampleExport::flows() const {
    return std::accumulate(
        domains_.begin(), domains_.end(), std::size_t{0},
        [](std::size_t sum, const auto &domain) { return sum + domain.second.cache.size(); });
}

} // namespace bvs::daemon
