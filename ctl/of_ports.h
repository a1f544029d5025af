// SPDX-License-Identifier: Apache-2.0
//
// The names of a bridge's ports. The bridge is asked at the first name, as most flows have none.
// If it does not answer, ports have no names, and `error` says why.
#pragma once

#include "ctl/of_client.h"
#include "ofagent/text/port.h"

#include <map>

namespace bvs::ctl {

Result<std::vector<model::PortDescription>> describe_ports(OpenFlowClient &peer);

class BridgePorts : public text::Ports {
  public:
    explicit BridgePorts(OpenFlowClient &peer) : peer_(peer) {}

    std::optional<std::uint32_t> number(std::string_view name) const override;
    std::string name(std::uint32_t number) const override;

    const std::optional<Error> &error() const { return error_; }

  private:
    void ask() const;

    OpenFlowClient &peer_;
    mutable bool asked_ = false;
    mutable std::map<std::string, std::uint32_t, std::less<>> numbers_;
    mutable std::map<std::uint32_t, std::string> names_;
    mutable std::optional<Error> error_;
};

} // namespace bvs::ctl
