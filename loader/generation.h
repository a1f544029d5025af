// SPDX-License-Identifier: Apache-2.0
//
// Generations of maps below the pin folder: which there are, which one this build can use. A
// generation is pinned under another name until it is whole, and then renamed: a half-made one is
// never adopted.
#pragma once

#include "base/result.h"
#include "loader/descriptor.h"
#include "maps/abi.h"

#include <string>
#include <vector>

struct bpf_object;

namespace bvs::loader {

class Generations {
  public:
    explicit Generations(std::string pin_dir) : pin_dir_(std::move(pin_dir)) {}

    std::vector<unsigned> list() const; // ascending
    std::string folder(unsigned number) const;

    // Does the generation hold every map of the object, of the same make, for this ABI version?
    bool fits(unsigned number, const bpf_object &object, std::uint32_t abi_version) const;
    Result<bvs_datapath_info> info(unsigned number) const;

    // Makes the object use the generation's maps instead of new ones; before it is loaded.
    Result<> adopt(unsigned number, bpf_object &object) const;

    // Pins the loaded object's maps as a new generation.
    Result<> publish(unsigned number, bpf_object &object) const;
    void remove(unsigned number) const;

    // Of its ports, whatever build wrote them: maps/abi.h promises where the ifindex stands.
    std::vector<std::uint32_t> netdevs(unsigned number) const;

  private:
    std::string pin_dir_;
};

} // namespace bvs::loader
