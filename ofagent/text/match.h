// SPDX-License-Identifier: Apache-2.0
//
// Matches as ovs-ofctl(8) and ovs-fields(7) write them: tcp,nw_dst=10.0.0.0/24,tp_dst=80. What is
// printed is what the match comes to, in Open vSwitch's order and names; read again it is the same
// rule. It is not always what was written: xreg0 is printed as reg0 and reg1.
#pragma once

#include "base/result.h"
#include "ofagent/text/port.h"
#include "ofagent/text/scan.h"
#include "switch/model/match.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bvs::text {

// Takes the words of a match in any order. Names of older versions stand for different fields
// (tp_src for the port of TCP, UDP or SCTP or the type of ICMP; nw_src also for ARP's), which is
// settled when all are known.
class MatchReader {
  public:
    explicit MatchReader(const Ports &ports) : ports_(ports) {}

    Result<bool> take(const Word &word); // false: it is no word of a match
    Result<model::Match> finish();

  private:
    Result<> set(model::Field field, const Word &word);
    Result<> set_vlan(std::string_view text); // OpenFlow 1.0's dl_vlan
    Result<> set_tos(std::string_view text);  // OpenFlow 1.0's nw_tos
    Result<> settle(model::Field field);

    const Ports &ports_;
    model::Match match_;
};

Result<model::Match> parse_match(std::string_view text, const Ports &ports);

std::string format(const model::Match &match, const Ports &ports); // empty: it matches all

} // namespace bvs::text
