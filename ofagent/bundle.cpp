// SPDX-License-Identifier: Apache-2.0
#include "ofagent/bundle.h"

#include <fmt/format.h>
#include <utility>

namespace bvs::ofagent {

using model::Answer;
using model::Refusal;

namespace {

constexpr std::uint16_t k_known_flags = 3; // atomic, ordered: every bundle is both
constexpr std::size_t k_most_bundles = 64;
constexpr std::size_t k_most_messages = 2'000'000;

Answer<Change> change_of(const wire::Message &message) {
    return std::visit(
        [](const auto &body) -> Answer<Change> {
            if constexpr (std::is_constructible_v<Change, decltype(body)>)
                return Change(body);
            else
                return model::refuse(Refusal::bundle_message_unsupported,
                                     "only changes of flows, groups and ports, and packets, can "
                                     "be in a bundle");
        },
        message.body);
}

} // namespace

Answer<Bundles::Bundle *> Bundles::find(std::uint32_t id, std::uint16_t flags) {
    const auto place = bundles_.find(id);
    if (place == bundles_.end())
        return model::refuse(Refusal::bundle_bad_id, fmt::format("there is no bundle {}", id));
    if (place->second.flags != flags) {
        bundles_.erase(place);
        return model::refuse(Refusal::bundle_bad_flags,
                             fmt::format("bundle {} was opened with other flags", id));
    }
    return &place->second;
}

Answer<> Bundles::open(const wire::BundleControl &request) {
    if (request.flags & ~k_known_flags)
        return model::refuse(Refusal::bundle_bad_flags,
                             fmt::format("bundle flags {:#x} are unknown", request.flags));
    if (bundles_.erase(request.bundle))
        return model::refuse(Refusal::bundle_bad_id,
                             fmt::format("bundle {} is open already", request.bundle));
    if (bundles_.size() >= k_most_bundles)
        return model::refuse(Refusal::bundle_out_of_bundles,
                             fmt::format("{} bundles are open", bundles_.size()));
    bundles_[request.bundle].flags = request.flags;
    return {};
}

Answer<> Bundles::close(const wire::BundleControl &request) {
    const auto bundle = find(request.bundle, request.flags);
    if (!bundle)
        return std::unexpected(bundle.error());
    if ((*bundle)->closed) {
        bundles_.erase(request.bundle);
        return model::refuse(Refusal::bundle_closed,
                             fmt::format("bundle {} is closed already", request.bundle));
    }
    (*bundle)->closed = true;
    return {};
}

Answer<> Bundles::discard(const wire::BundleControl &request) {
    if (!bundles_.erase(request.bundle))
        return model::refuse(Refusal::bundle_bad_id,
                             fmt::format("there is no bundle {}", request.bundle));
    return {};
}

Answer<std::vector<Bundles::Entry>> Bundles::take(const wire::BundleControl &request) {
    const auto bundle = find(request.bundle, request.flags);
    if (!bundle)
        return std::unexpected(bundle.error());
    auto entries = std::move((*bundle)->entries);
    bundles_.erase(request.bundle);
    return entries;
}

// As Open vSwitch does, adding to a bundle that is not open opens it.
Answer<> Bundles::add(const wire::BundleAdd &request, std::uint32_t xid) {
    if (!bundles_.contains(request.bundle))
        if (auto opened = open({.bundle = request.bundle, .flags = request.flags}); !opened)
            return opened;
    const auto bundle = find(request.bundle, request.flags);
    if (!bundle)
        return std::unexpected(bundle.error());
    if ((*bundle)->closed)
        return model::refuse(Refusal::bundle_closed,
                             fmt::format("bundle {} is closed", request.bundle));
    if (!request.message || request.message->xid != xid)
        return model::refuse(Refusal::bundle_message_bad_xid,
                             "the message in the bundle has another xid than the one around it");
    if ((*bundle)->entries.size() >= k_most_messages)
        return model::refuse(
            Refusal::bundle_message_too_many,
            fmt::format("bundle {} has {} messages", request.bundle, k_most_messages));
    auto change = change_of(*request.message);
    if (!change)
        return std::unexpected(change.error());
    (*bundle)->entries.push_back({std::move(*change), xid, request.raw});
    return {};
}

} // namespace bvs::ofagent
