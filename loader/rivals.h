// SPDX-License-Identifier: Apache-2.0
//
// Other daemons' programs on netdevs. Several bvsd may share a network namespace, each with a pin
// folder of its own, and a netdev is the port of at most one.
//
// Programs at a netdev are known by their ids only (to open one by its id takes CAP_SYS_ADMIN,
// which a running daemon has not): so each daemon pins its own at <pin_dir>/programs/<id>, and what
// is at clsact in our place and not pinned there is a rival's. At tcx there may be anybody's links;
// a rival's is pinned in its pin folder, which is looked for beside ours.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace bvs::loader {

class Rivals {
  public:
    explicit Rivals(std::string pin_dir) : pin_dir_(std::move(pin_dir)) {}

    // A program that this process attaches to netdevs, beside those of earlier ones that may still
    // be attached.
    Result<> add_own(int program_fd);
    // No netdev has an earlier one any more.
    void forget_former();

    bool is_own(std::uint32_t program_id) const { return own_.contains(program_id); }

    // The pin folder of the daemon that has the netdev; empty if it has left none to be found.
    std::optional<std::string> at(std::uint32_t ifindex) const;

  private:
    std::string folder() const { return pin_dir_ + "/programs"; }

    std::string pin_dir_;
    std::set<std::uint32_t> current_; // program ids
    std::set<std::uint32_t> own_;     // with those of earlier processes
};

} // namespace bvs::loader
