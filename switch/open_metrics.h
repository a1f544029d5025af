// SPDX-License-Identifier: Apache-2.0
//
// A page of metrics as text, in the format of OpenMetrics 1.0: families that follow one another,
// each with its samples, and an end. Pure. The page is what the standard wants if families have
// different names, samples of one family different labels, and texts are UTF-8.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bvs::daemon {

// Of HTTP's Content-Type.
inline constexpr std::string_view k_open_metrics_type =
    "application/openmetrics-text; version=1.0.0; charset=utf-8";

enum class MetricType { counter, gauge, info };

struct MetricFamily {
    std::string_view name; // without the samples' suffix: _total of counters, _info
    MetricType type;
    std::string_view unit; // what the name ends with, or empty
    std::string_view help;
};

using MetricLabels = std::vector<std::pair<std::string_view, std::string>>;

class OpenMetrics {
  public:
    void begin(const MetricFamily &family);

    // Samples of the family that began last.
    void add(const MetricLabels &labels, std::uint64_t value);
    void add(const MetricLabels &labels, double value); // finite
    void add_info(const MetricLabels &labels) { add(labels, std::uint64_t{1}); }

    // A family with one sample that has no labels.
    template <class Value>
    void add_single(const MetricFamily &family, Value value) {
        begin(family);
        add(MetricLabels(), value);
    }

    std::string finish() &&;

  private:
    void add_line(const MetricLabels &labels, std::string_view value);

    std::string text_;
    std::string sample_; // its name
};

} // namespace bvs::daemon
