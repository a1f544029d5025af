// SPDX-License-Identifier: Apache-2.0
//
// Flow-based IPFIX: a sequence for each observation domain, in what a collector gets.
#include "switch/flow_records.h"
#include "switch/sample_export.h"

#include <boost/asio/ip/udp.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace bvs::daemon {
namespace {

using boost::asio::ip::udp;

class SampleExportTest : public testing::Test {
  protected:
    SampleExportTest() { collector_.non_blocking(true); }

    SampleExport make() {
        const auto target = fmt::format("127.0.0.1:{}", collector_.local_endpoint().port());
        return {IpfixExport{.targets = {target}}, Collectors(io_, "samples", {target}, log_), 1};
    }
    static netflow::Traffic packet() { return {.packets = 1, .octets = 100}; }

    // Domain and sequence (RFC 7011, 3.1) of the datagrams that have come.
    std::vector<std::pair<std::uint32_t, std::uint32_t>> received() {
        std::vector<std::pair<std::uint32_t, std::uint32_t>> all;
        netflow::Bytes datagram(65536);
        boost::system::error_code error;
        while (collector_.receive(boost::asio::buffer(datagram), 0, error) && !error)
            all.emplace_back(number_at(datagram, 12), number_at(datagram, 8));
        return all;
    }

    boost::asio::io_context io_;
    udp::socket collector_{io_, {boost::asio::ip::address_v4::loopback(), 0}};
    Log sink_{"test"};
    Logger log_ = sink_.logger("test");

  private:
    static std::uint32_t number_at(const netflow::Bytes &bytes, std::size_t at) {
        std::uint32_t number = 0;
        for (std::size_t i = at; i < at + 4; ++i)
            number = number << 8 | static_cast<std::uint8_t>(bytes[i]);
        return number;
    }
};

TEST_F(SampleExportTest, CountsRecordsOfEachDomain) {
    auto samples = make();
    for (int round = 0; round < 2; ++round) {
        samples.add(7, {.observation_point = 8}, packet());
        samples.add(7, {.observation_point = 9}, packet());
        samples.add(17, {.observation_point = 8}, packet());
        samples.encode(moment_now());
        samples.collectors().flush();
    }
    EXPECT_EQ(samples.records(), 6U);
    using Heads = std::vector<std::pair<std::uint32_t, std::uint32_t>>;
    EXPECT_EQ(received(), (Heads{{7, 0}, {17, 0}, {7, 2}, {17, 1}}));
}

TEST_F(SampleExportTest, RefusesADomainTooMany) {
    auto samples = make();
    for (std::uint32_t domain = 0; domain <= SampleExport::k_most_domains; ++domain)
        samples.add(domain, {}, packet());
    EXPECT_EQ(samples.refused(), 1U);
    samples.add(0, {}, packet());
    EXPECT_EQ(samples.refused(), 1U);
}

} // namespace
} // namespace bvs::daemon
