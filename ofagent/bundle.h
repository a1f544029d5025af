// SPDX-License-Identifier: Apache-2.0
//
// Bundles of one connection, from open to commit: OpenFlow 1.5.1, 6.9 and 7.3.9, and the ONF's
// extension for 1.3.
#pragma once

#include "ofagent/of_switch.h"
#include "ofagent/wire/message.h"

#include <map>
#include <vector>

namespace bvs::ofagent {

class Bundles {
  public:
    struct Entry {
        Change change;
        std::uint32_t xid = 0;
        wire::Bytes raw;
    };

    model::Answer<> open(const wire::BundleControl &request);
    model::Answer<> close(const wire::BundleControl &request);
    model::Answer<> discard(const wire::BundleControl &request);
    // The bundle is gone afterwards, whatever becomes of it.
    model::Answer<std::vector<Entry>> take(const wire::BundleControl &request);
    model::Answer<> add(const wire::BundleAdd &request, std::uint32_t xid);

  private:
    struct Bundle {
        std::uint16_t flags = 0;
        bool closed = false;
        std::vector<Entry> entries;
    };

    model::Answer<Bundle *> find(std::uint32_t id, std::uint16_t flags);

    std::map<std::uint32_t, Bundle> bundles_;
};

} // namespace bvs::ofagent
