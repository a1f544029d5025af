// SPDX-License-Identifier: Apache-2.0
//
// When a table gets full, and when it has room again: OpenFlow 1.5.1, 7.3.4.1. After one of the two
// the other one is waited for. Pure.
#pragma once

#include "switch/model/flow.h"

#include <optional>

namespace bvs::daemon {

class Vacancy {
  public:
    // `free`: how much of the table is, in percent.
    void configure(const model::TableConfig &config, unsigned free) {
        config_ = config;
        filled_ = free < config.vacancy_up;
    }

    // True: there is room again; false: it got full; nothing: neither happened now.
    std::optional<bool> look(unsigned free) {
        const bool changed = config_.vacancy_events &&
                             (filled_ ? free > config_.vacancy_up : free < config_.vacancy_down);
        if (!changed)
            return std::nullopt;
        filled_ = !filled_;
        return !filled_;
    }

  private:
    model::TableConfig config_;
    bool filled_ = false;
};

} // namespace bvs::daemon
