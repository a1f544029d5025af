// SPDX-License-Identifier: Apache-2.0
#include "switch/model/qos.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bvs::model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Pair;

class QosTest : public testing::Test {
  protected:
    Qos settled(const QosRequest &request) {
        auto qos = settle(request, "p1", warnings);
        EXPECT_TRUE(qos) << qos.error().message;
        return qos.value_or(Qos());
    }
    std::string refusal(const QosRequest &request) {
        const auto qos = settle(request, "p1", warnings);
        return qos ? "" : qos.error().message;
    }
    QosRequest with_queue(StringMap settings, std::int64_t number = 1) {
        return {.type = "linux-htb",
                .other_config = {{"max-rate", "32000000"}},
                .queues = {{number, {.other_config = std::move(settings), .dscp = {}}}}};
    }
    Warnings warnings;
};

TEST_F(QosTest, FillsInWhatIsNotSaidAsOpenVSwitchDoes) {
    const auto qos = fit(settled({.type = "linux-htb", .other_config = {}, .queues = {}}), 1500, 0);
    EXPECT_EQ(qos.max_rate, 10'000'000'000);
    const Queue usual{.min_rate = 12000, .max_rate = 10'000'000'000, .burst = 12512};
    EXPECT_THAT(qos.queues, ElementsAre(Pair(0, usual)));
    EXPECT_EQ(
        fit(settled({.type = "linux-htb", .other_config = {}, .queues = {}}), 9000, 1'000'000'000)
            .queues.at(0),
        (Queue{.min_rate = 72000, .max_rate = 1'000'000'000, .burst = 72512}));
    EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(QosTest, TakesWhatQueuesSay) {
    const auto qos = fit(settled(with_queue({{"min-rate", "2000000"},
                                             {"max-rate", "8000000"},
                                             {"burst", "80000"},
                                             {"priority", "3"}})),
                         1500, 0);
    EXPECT_THAT(qos.queues, ElementsAre(Key(0), Pair(1, Queue{.min_rate = 2'000'000,
                                                              .max_rate = 8'000'000,
                                                              .burst = 80000,
                                                              .priority = 3})));
    EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(QosTest, NoQueueGetsMoreThanThePortOrLessThanAFrameASecond) {
    const auto qos =
        fit(settled(with_queue({{"min-rate", "5"}, {"max-rate", "64000000"}, {"burst", "8"}})),
            1500, 0);
    EXPECT_EQ(qos.queues.at(1), (Queue{.min_rate = 12000, .max_rate = 32'000'000, .burst = 12512}));
    EXPECT_EQ(fit(settled(with_queue({{"min-rate", "64000000"}})), 1500, 0).queues.at(1).min_rate,
              32'000'000U);
}

TEST_F(QosTest, WarnsOfRatesThatContradictEachOther) {
    EXPECT_EQ(fit(settled(with_queue({{"min-rate", "9000000"}, {"max-rate", "8000000"}})), 1500, 0)
                  .queues.at(1)
                  .max_rate,
              9'000'000U);
    EXPECT_THAT(warnings, ElementsAre(HasSubstr("max-rate=8000000 is less than min-rate=9000000")));
    warnings.clear();
    auto two = with_queue({{"min-rate", "30000000"}});
    two.queues[2] = two.queues[1];
    settled(two);
    EXPECT_THAT(warnings, ElementsAre(HasSubstr("come to 60000000, beyond max-rate=32000000")));
}

TEST_F(QosTest, RefusesWhatIsNoNumberAndNamesIt) {
    for (const auto *wrong : {"10M", "-1", "", " 1", "1.5", "99999999999999999999"})
        EXPECT_THAT(refusal(with_queue({{"max-rate", wrong}})),
                    HasSubstr(fmt::format("queue 1: max-rate={} is not a whole number", wrong)));
    EXPECT_THAT(refusal(with_queue({{"priority", "4294967296"}})),
                HasSubstr("priority=4294967296"));
    EXPECT_THAT(refusal({.type = "linux-htb", .other_config = {{"max-rate", "x"}}, .queues = {}}),
                HasSubstr("port p1: QoS: max-rate=x"));
    EXPECT_THAT(refusal({.type = "linux-netem", .other_config = {{"loss", "101"}}, .queues = {}}),
                HasSubstr("loss=101 is not a whole number from 0 to 100"));
}

TEST_F(QosTest, RefusesQueuesThatThereCannotBe) {
    EXPECT_EQ(refusal(with_queue({}, 61439)), "");
    EXPECT_THAT(refusal(with_queue({}, 61440)), HasSubstr("queue 61440 is not within 0 to 61439"));
}

TEST_F(QosTest, RefusesTypesThatThereAreNot) {
    EXPECT_THAT(refusal({.type = "", .other_config = {}, .queues = {}}),
                HasSubstr("no QoS type ''; linux-htb, "));
    EXPECT_THAT(refusal({.type = "linux-cake", .other_config = {}, .queues = {}}),
                HasSubstr("'linux-cake'"));
    EXPECT_THAT(refusal({.type = "egress-policer", .other_config = {}, .queues = {}}),
                HasSubstr("egress-policer is for DPDK's ports only; linux-htb"));
}

TEST_F(QosTest, TheDscpOfAQueueIsThereWithAnyType) {
    for (const auto type : qos_types()) {
        QosRequest request{.type = std::string(to_string(type)), .other_config = {}, .queues = {}};
        EXPECT_THAT(settle_dscp(request, "p1").value(), IsEmpty());
        request.queues = {{0, {.other_config = {}, .dscp = 0}},
                          {1, {.other_config = {}, .dscp = {}}},
                          {61439, {.other_config = {}, .dscp = 63}},
                          {61440, {.other_config = {}, .dscp = 1}}};
        EXPECT_THAT(settle_dscp(request, "p1").value(), ElementsAre(Pair(0, 0), Pair(61439, 63)));
    }
}

TEST_F(QosTest, RefusesADscpThatIsNone) {
    for (const std::int64_t dscp : {-1, 64}) {
        const auto all = settle_dscp({.type = "linux-htb",
                                      .other_config = {},
                                      .queues = {{3, {.other_config = {}, .dscp = dscp}}}},
                                     "p1");
        ASSERT_FALSE(all);
        EXPECT_EQ(
            all.error().message,
            fmt::format("port p1: QoS queue 3: dscp={} is not a whole number from 0 to 63", dscp));
    }
}

TEST_F(QosTest, WarnsOfWhatHasNoEffect) {
    auto request = with_queue({{"min_rate", "1"}});
    request.queues[1].dscp = 10;
    settled(request);
    EXPECT_THAT(warnings, ElementsAre(HasSubstr("queue 1: min_rate=1 has no effect")));
    warnings.clear();
    request.type = "linux-codel";
    settled(request);
    EXPECT_THAT(warnings, ElementsAre(HasSubstr("max-rate=32000000 has no effect"),
                                      HasSubstr("linux-codel has no queues")));
    warnings.clear();
    request.type = "linux-noop";
    settled(request);
    EXPECT_THAT(warnings, IsEmpty()) << "it is somebody else's business";
}

TEST_F(QosTest, OtherTypesHaveTheirOwnNumbers) {
    const auto parameters = [this](const std::string &type, StringMap settings) {
        return fit(settled({.type = type, .other_config = std::move(settings), .queues = {}}), 1400,
                   0)
            .parameters;
    };
    EXPECT_THAT(parameters("linux-sfq", {}),
                ElementsAre(Pair("perturb", 10), Pair("quantum", 1400)));
    EXPECT_THAT(parameters("linux-codel", {{"target", "9"}}),
                ElementsAre(Pair("interval", 100'000), Pair("limit", 10240), Pair("target", 9)));
    EXPECT_THAT(parameters("linux-fq_codel", {{"quantum", "300"}}),
                ElementsAre(Pair("flows", 1024), Pair("interval", 100'000), Pair("limit", 10240),
                            Pair("quantum", 300), Pair("target", 5000)));
    EXPECT_THAT(parameters("linux-netem", {{"latency", "5000"}, {"loss", "2"}}),
                ElementsAre(Pair("jitter", 0), Pair("latency", 5000), Pair("limit", 1000),
                            Pair("loss", 2)));
    EXPECT_THAT(warnings, IsEmpty());
}

} // namespace
} // namespace bvs::model
