// SPDX-License-Identifier: Apache-2.0
#include "switch/bridge_export.h"

#include "switch/flow_records.h"

#include <algorithm>
#include <utility>

namespace bvs::daemon {

using netflow::Time;

namespace {

constexpr std::size_t k_most_alone = 262144; // flows that the datapath had no room for

netflow::CacheLimits alone_limits(const std::optional<Time> &active) {
    return {.most_flows = k_most_alone, .active = active};
}

std::variant<netflow::Netflow5, netflow::Netflow9> netflow_encoder(const NetflowSettings &wanted) {
    if (wanted.version9)
        return netflow::Netflow9({.source_id = wanted.engine_id, .boot = Time()});
    return netflow::Netflow5({.engine_type = wanted.engine_type,
                              .engine_id = wanted.engine_id,
                              .add_id_to_interface = wanted.add_id_to_interface,
                              .boot = Time()});
}

} // namespace

BridgeExport::BridgeExport(boost::asio::io_context &io, std::string bridge, std::uint64_t seed,
                           AddressOf address_of, Logger log)
    : io_(io), bridge_(std::move(bridge)), address_of_(std::move(address_of)), log_(std::move(log)),
      seed_(seed), alone_(alone_limits({}), seed), sampled_({}, seed) {}

BridgeExport::~BridgeExport() {
    alone_.flush(exact_records_);
    sampled_.flush(sampled_records_);
    encode(moment_now());
    for_each_collectors([](Collectors &collectors) { collectors.flush(); });
}

template <class Do>
void BridgeExport::for_each_collectors(const Do &act) const {
    if (netflow_)
        act(netflow_->collectors);
    if (ipfix_)
        act(ipfix_->collectors);
    if (sflow_)
        act(sflow_->collectors);
    for (const auto &[id, set] : sets_)
        act(set->collectors());
}

void BridgeExport::follow(const ExportWishes &wishes) {
    const auto before = std::exchange(wishes_, wishes);
    if (wishes_.netflow != before.netflow)
        follow_netflow();
    if (wishes_.ipfix != before.ipfix)
        follow_ipfix();
    if (wishes_.sflow != before.sflow)
        follow_sflow();
    if (wishes_.sets != before.sets)
        follow_sets();
    limit_caches();
}

Collectors BridgeExport::collectors(std::string_view protocol,
                                    const std::set<std::string> &targets) const {
    return {io_, fmt::format("{} of bridge {}", protocol, bridge_), targets, log_};
}

void BridgeExport::follow_netflow() {
    if (netflow_)
        netflow_->collectors.flush();
    netflow_.reset();
    if (const auto &wanted = wishes_.netflow)
        netflow_ = std::make_unique<Netflow>(netflow_encoder(*wanted),
                                             collectors("NetFlow", wanted->targets));
}

void BridgeExport::follow_ipfix() {
    if (ipfix_)
        ipfix_->collectors.flush();
    ipfix_.reset();
    if (const auto &wanted = wishes_.ipfix)
        ipfix_ = std::make_unique<Exporter<netflow::Ipfix>>(
            netflow::Ipfix({.domain = wanted->domain,
                            .sampling = wanted->sampling,
                            .virtual_observation = wanted->virtual_observation,
                            .refresh = {.time = wanted->templates}}),
            collectors("IPFIX", wanted->targets));
}

void BridgeExport::follow_sflow() {
    if (sflow_)
        sflow_->collectors.flush();
    sflow_.reset();
    polled_.reset();
    const auto &wanted = wishes_.sflow;
    if (!wanted)
        return;
    auto targets = collectors("sFlow", wanted->targets);
    netflow::Sflow encoder(
        {.agent = agent(targets), .boot = Time(), .header_bytes = wanted->header});
    sflow_ = std::make_unique<Exporter<netflow::Sflow>>(std::move(encoder), std::move(targets));
}

void BridgeExport::follow_sets() {
    std::erase_if(sets_, [this](const auto &set) {
        const auto wanted = wishes_.sets.find(set.first);
        return wanted == wishes_.sets.end() || wanted->second != set.second->wishes();
    });
    for (const auto &[id, wanted] : wishes_.sets)
        if (auto &set = sets_[id]; !set)
            set = std::make_unique<SampleExport>(
                wanted, collectors(fmt::format("IPFIX (collector set {})", id), wanted.targets),
                seed_);
}

model::IpAddress BridgeExport::agent(const Collectors &collectors) const {
    const auto &name = wishes_.sflow->agent;
    if (const auto address = model::parse_ip_address(name))
        return *address;
    const auto address = name.empty() ? model::IpAddress() : address_of_(name);
    if (!address.is_none())
        return address;
    const auto towards =
        model::parse_ip_address(collectors.local_address().to_string()).value_or(address);
    if (!name.empty())
        log_.warn("sFlow of bridge {}: agent {} is neither an address nor a netdev that has one; "
                  "using {}",
                  bridge_, name, model::to_string(towards));
    return towards;
}

void BridgeExport::limit_caches() {
    alone_.set(alone_limits(active()), exact_records_);
    sampled_.set(wishes_.ipfix ? wishes_.ipfix->cache_limits() : netflow::CacheLimits(),
                 sampled_records_);
}

bvs_sampler BridgeExport::sampler() const {
    bvs_sampler sampler{};
    if (wishes_.sflow)
        sampler.sflow = sampling_threshold(wishes_.sflow->sampling);
    if (wishes_.ipfix && wishes_.ipfix->input && !wishes_.ipfix_exact())
        sampler.ipfix = sampling_threshold(wishes_.ipfix->sampling);
    return sampler;
}

std::optional<Time> BridgeExport::active() const {
    const auto of_netflow = wishes_.netflow ? wishes_.netflow->active : std::nullopt;
    if (!wishes_.ipfix_exact())
        return of_netflow;
    return std::min(of_netflow.value_or(wishes_.ipfix->active), wishes_.ipfix->active);
}

void BridgeExport::add(const netflow::FlowRecord &record) {
    exact_records_.push_back(record);
}

void BridgeExport::add_alone(const netflow::FlowKey &key, const netflow::Traffic &traffic) {
    if (wishes_.exact())
        alone_.count(key, traffic, moment_now().now, exact_records_);
}

void BridgeExport::add_sampled(netflow::FlowKey key, const netflow::Traffic &traffic) {
    if (!ipfix_)
        return;
    key.observation_point = wishes_.ipfix->point;
    if (!wishes_.ipfix->tunnels)
        key.tunnel = {};
    sampled_.count(key, traffic, moment_now().now, sampled_records_);
}

void BridgeExport::add_by_rule(const bvs_flow_sample &sample, netflow::FlowKey key,
                               const netflow::Traffic &traffic) {
    const auto set = sets_.find(sample.collectors);
    if (set == sets_.end())
        return;
    key.observation_point = sample.point;
    if (sample.direction == BVS_SAMPLE_EGRESS)
        key.direction = netflow::Direction::egress;
    set->second->add(sample.domain, key, traffic);
}

void BridgeExport::add_sample(netflow::Sample sample) {
    if (sflow_)
        samples_.push_back(std::move(sample));
}

bool BridgeExport::polls(Time now) {
    if (!wishes_.sflow || wishes_.sflow->polling == Time())
        return false;
    if (polled_ && now < *polled_ + wishes_.sflow->polling)
        return false;
    polled_ = now;
    return true;
}

void BridgeExport::encode(const netflow::Moment &moment) {
    alone_.expire(moment.now, exact_records_);
    sampled_.expire(moment.now, sampled_records_);
    encode_exact(moment);
    encode_ipfix(sampled_records_, moment);
    for (const auto &[id, set] : sets_)
        set->encode(moment);
    if (sflow_ && !samples_.empty()) {
        sflow_->collectors.add(sflow_->encoder.encode(samples_, moment));
        sflow_->records += samples_.size();
    }
    samples_.clear();
}

void BridgeExport::encode_exact(const netflow::Moment &moment) {
    if (netflow_ && !exact_records_.empty()) {
        netflow_->collectors.add(
            std::visit([&](auto &encoder) { return encoder.encode(exact_records_, moment); },
                       netflow_->encoder));
        netflow_->records += exact_records_.size();
    }
    if (!wishes_.ipfix_exact())
        return exact_records_.clear();
    for (auto &record : exact_records_) {
        record.key.observation_point = wishes_.ipfix->point;
        if (!wishes_.ipfix->tunnels)
            record.key.tunnel = {};
    }
    encode_ipfix(exact_records_, moment);
}

void BridgeExport::encode_ipfix(netflow::FlowRecords &records, const netflow::Moment &moment) {
    if (ipfix_ && !records.empty()) {
        ipfix_->collectors.add(ipfix_->encoder.encode(records, moment));
        ipfix_->records += records.size();
    }
    records.clear();
}

void BridgeExport::pump(std::size_t most) {
    for_each_collectors([most](Collectors &collectors) { collectors.pump(most); });
}

std::size_t BridgeExport::waiting() const {
    std::size_t waiting = 0;
    for_each_collectors([&](const Collectors &collectors) { waiting += collectors.waiting(); });
    return waiting;
}

std::vector<ExporterView> BridgeExport::views() const {
    std::vector<ExporterView> views;
    const auto add = [&](const auto &exporter, const char *protocol, std::uint32_t sampling,
                         std::uint64_t flows) {
        views.push_back({.bridge = bridge_,
                         .protocol = protocol,
                         .targets = exporter.collectors.targets(),
                         .sampling = sampling,
                         .records = exporter.records,
                         .flows = flows,
                         .sent = exporter.collectors.counts()});
    };
    if (netflow_)
        add(*netflow_, wishes_.netflow->version9 ? "NetFlow v9" : "NetFlow v5", 1, alone_.size());
    if (ipfix_)
        add(*ipfix_, "IPFIX", wishes_.ipfix->sampling,
            wishes_.ipfix_exact() ? alone_.size() : sampled_.size());
    if (sflow_)
        add(*sflow_, "sFlow", wishes_.sflow->sampling, 0);
    for (const auto &[id, set] : sets_)
        views.push_back({.bridge = bridge_,
                         .protocol = fmt::format("IPFIX set {}", id),
                         .targets = set->collectors().targets(),
                         .records = set->records(),
                         .flows = set->flows(),
                         .refused = set->refused(),
                         .sent = set->collectors().counts()});
    return views;
}

} // namespace bvs::daemon
