// SPDX-License-Identifier: Apache-2.0
//
// One pipeline, twice: the datapath and the reference get the same requests and the same packets,
// and must do the same.
#pragma once

#include "selftests/property/of_lab.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace bvs::property {

struct Sample {
    std::uint32_t in_port = 1;
    Packet packet; // ends with its index in the list of samples
};

struct Difference {
    std::string how;
    Sample sample;
};

class PipelineTwins {
  public:
    explicit PipelineTwins(const ReferencePipeline::Ports &ports);

    bool apply(const std::vector<Change> &changes); // false: refused
    void forget_cached() { lab_.forget_cached(); }
    void reclaim() { lab_.reclaim(); }

    // Each over the wires, which may find it in the cache; once more, when it is there; and from
    // outside the ports, for which there is no cache.
    std::optional<Difference> compare(const std::vector<Sample> &samples);
    std::optional<Difference> compare_counters();

    const ReferencePipeline &reference() const { return reference_; }
    OfLab &lab() { return lab_; }
    // Packets whose outcome is open: over a limit of the datapath's, or with too many choices.
    std::uint64_t left_out() const { return left_out_; }

  private:
    struct Expected {
        std::vector<Outcome> outcomes; // that may still be
        std::size_t length = 0;
    };
    using Sent = std::map<std::uint32_t, std::vector<Bytes>>;
    enum class Way { wire, wire_again, injected };

    std::optional<Difference> run(Way way, const std::vector<Sample> &samples,
                                  std::vector<Expected> &expected);
    bool over_limit(const Sample &sample);
    void count(const Expected &expected);

    OfLab lab_;
    ReferencePipeline reference_;
    std::map<std::uint8_t, maps::TableCounters> before_; // of former pipelines
    std::map<Visit, model::FlowCounters> counted_;
    std::set<std::uint32_t> changed_groups_; // of which buckets' counters are not known
    bool certain_ = true;                    // counted_ is all
    std::uint64_t left_out_ = 0;
};

std::string describe(const ReferencePipeline &pipeline);
std::string describe(const Sample &sample);

} // namespace bvs::property
