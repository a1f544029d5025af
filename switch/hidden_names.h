// SPDX-License-Identifier: Apache-2.0
//
// What netdevs are called that the switch makes for its own use. The name is a hash and the alias
// says whose the netdev is and what for, so that a restarted daemon knows its own and two daemons
// in one namespace never meet. A purpose is the name of an internal port, or begins with '/', as no
// netdev's name does.
#pragma once

#include "switch/host/link.h"

#include <string>
#include <string_view>

namespace bvs::daemon {

class HiddenNames {
  public:
    explicit HiddenNames(std::string_view rundir); // each daemon has another

    std::string name(std::string_view purpose) const;
    std::string alias(std::string_view purpose) const;

    // Empty if it is none of this daemon's.
    std::string purpose_of(const host::Link &link) const;

    static bool is_hidden(const host::Link &link); // of this or another daemon's

  private:
    std::string instance_;
};

} // namespace bvs::daemon
