// SPDX-License-Identifier: Apache-2.0
//
// Packets out of a capture file: the classic format of libpcap, draft-ietf-opsawg-pcap, in either
// byte order, of Ethernet frames.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bvs::ctl {

using Packet = std::vector<std::uint8_t>;

Result<std::vector<Packet>> read_pcap(std::string_view bytes);
Result<std::vector<Packet>> read_pcap_file(const std::string &path);

} // namespace bvs::ctl
