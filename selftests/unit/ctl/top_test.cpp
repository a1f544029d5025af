// SPDX-License-Identifier: Apache-2.0
#include "ctl/top_sample.h"
#include "ctl/top_screen.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <sstream>

namespace bvs::ctl {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

Json port(const char *name, std::int64_t packets, std::int64_t drops) {
    return {{"bridge", "br0"},
            {"port", name},
            {"interface", name},
            {"number", 1},
            {"up", true},
            {"rx_packets", packets},
            {"rx_bytes", 100 * packets},
            {"tx_packets", 0},
            {"tx_bytes", 0},
            {"rx_dropped", drops},
            {"tx_dropped", 0}};
}

TopSample sample(std::chrono::milliseconds time, std::int64_t packets) {
    const Json drop{{"bridge", "br0"},  {"port", "p1"},     {"side", "rx"},
                    {"reason", "runt"}, {"count", packets}, {"explanation", "too short"}};
    const Json flow{{"trajectory", 4},
                    {"packets", packets},
                    {"bytes", 100 * packets},
                    {"flow", "in_port=1"},
                    {"actions", "p2"}};
    return {.time = std::chrono::steady_clock::time_point(time),
            .totals = {{"version", "1"},
                       {"uptime_seconds", 60.0},
                       {"cpu_seconds", static_cast<double>(packets) / 1000},
                       {"resident_bytes", 1000000},
                       {"cache",
                        {{"hits", 9 * packets},
                         {"misses", packets},
                         {"unkept", 0},
                         {"entries", 3},
                         {"capacity", 8}}},
                       {"bridges",
                        {{{"bridge", "br0"},
                          {"rules", 5},
                          {"groups", 0},
                          {"meters", 0},
                          {"packet_ins", 0},
                          {"fdb_entries", 2},
                          {"cache_entries", 3}}}}},
            .ports = {port("p1", packets, 0), port("p2", 2 * packets, packets)},
            .drops = packets ? Json::array({drop}) : Json::array(),
            .trajectories = {{"bridges", {{{"bridge", "br0"}, {"trajectories", {flow}}}}}}};
}

Json rates_of(std::int64_t packets) {
    return top_rates(sample(1s, 0), sample(3s, packets));
}

std::string csv(TopView view) {
    return render(top_table(rates_of(200), view), {.format = Format::csv});
}

TEST(TopRates, ArePerSecond) {
    const auto rates = rates_of(200);
    EXPECT_DOUBLE_EQ(real(rates, "seconds"), 2);
    EXPECT_DOUBLE_EQ(real(rates, "cpu_percent"), 10);
    EXPECT_DOUBLE_EQ(real(rates["ports"][1], "rx_packets_per_second"), 200);
    EXPECT_DOUBLE_EQ(real(rates["ports"][1], "rx_bits_per_second"), 160000);
    EXPECT_DOUBLE_EQ(real(rates["ports"][1], "drops_per_second"), 100);
    EXPECT_DOUBLE_EQ(real(rates["drops"][0], "per_second"), 100);
    EXPECT_DOUBLE_EQ(real(rates["flows"][0], "packets_per_second"), 100);
    EXPECT_DOUBLE_EQ(real(rates["cache"], "hit_percent"), 90);
}

TEST(TopRates, OfWhatIsNewOrBeganAnewAreZero) {
    auto before = sample(1s, 100), now = sample(2s, 50);
    const auto anew = top_rates(before, now);
    for (const auto &one : anew["ports"])
        EXPECT_EQ(real(one, "rx_packets_per_second"), 0);
    before.ports = Json::array();
    const auto of_new = top_rates(before, sample(2s, 200));
    for (const auto &one : of_new["ports"])
        EXPECT_EQ(real(one, "rx_packets_per_second"), 0);
    EXPECT_TRUE(member(top_rates(now, now)["cache"], "hit_percent").is_null());
}

TEST(TopRates, BecomeTables) {
    EXPECT_EQ(csv(TopView::ports),
              "bridge,port,up,rx packets/s,rx rate,tx packets/s,tx rate,drops/s,rx packets,tx "
              "packets\n"
              "br0,p1,up,100,80.0 kbit/s,0,0 bit/s,0,200,0\n"
              "br0,p2,up,200,160 kbit/s,0,0 bit/s,100,400,0\n");
    EXPECT_EQ(csv(TopView::flows), "bridge,packets/s,rate,packets,flow,actions\n"
                                   "br0,100,80.0 kbit/s,200,in_port=1,p2\n");
    EXPECT_EQ(csv(TopView::drops), "bridge,port,side,reason,drops/s,drops,explanation\n"
                                   "br0,p1,rx,runt,100,200,too short\n");
    EXPECT_EQ(csv(TopView::cache), "bridge,rules,groups,meters,cache entries,MACs,packet-ins/s\n"
                                   "br0,5,0,0,3,2,0\n");
    EXPECT_THAT(top_summary(rates_of(200)), HasSubstr("cache: 90.0 % hits of 1.00 kpackets/s"));
}

TEST(TopRates, AreNotOfADaemonWithOtherDocuments) {
    const TopSample nothing{};
    EXPECT_NO_THROW(top_rates(nothing, nothing));
    EXPECT_NO_THROW(top_summary(Json()));
}

// ---- the screen -------------------------------------------------------------------------------

class TopScreenTest : public testing::Test {
  protected:
    TopScreenTest() { screen.take(rates_of(200)); }

    // The first two words of the table's lines.
    std::vector<std::string> names() {
        std::vector<std::string> names;
        for (const auto &line : screen.lines(size))
            if (std::istringstream words(line); line.starts_with("br0 ")) {
                std::string bridge, port;
                words >> bridge >> port;
                names.push_back(bridge + ' ' + port);
            }
        return names;
    }
    std::string text() { return fmt::format("{}", fmt::join(screen.lines(size), "\n")); }

    ScreenSize size{.rows = 12, .columns = 80};
    TopScreen screen{false};
};

TEST_F(TopScreenTest, FitsTheTerminal) {
    for (const auto given : {ScreenSize{24, 80}, ScreenSize{3, 10}, ScreenSize{1, 1}}) {
        const auto lines = screen.lines(given);
        EXPECT_LE(lines.size(), given.rows);
        for (const auto &line : lines)
            EXPECT_LE(line.size(), given.columns);
    }
}

TEST_F(TopScreenTest, SortsByTheColumnThatIsChosen) {
    EXPECT_THAT(names(), ElementsAre("br0 p2", "br0 p1")); // by received bits
    screen.press('r');
    EXPECT_THAT(names(), ElementsAre("br0 p1", "br0 p2"));
    for (int i = 0; i < 3; ++i)
        screen.press(key_left);
    EXPECT_THAT(text(), HasSubstr("port*"));
    EXPECT_THAT(names(), ElementsAre("br0 p1", "br0 p2"));
    screen.press('r');
    EXPECT_THAT(names(), ElementsAre("br0 p2", "br0 p1"));
    screen.press('s');
    screen.press(key_right);
    EXPECT_THAT(text(), HasSubstr("rx packets/s*"));
}

TEST_F(TopScreenTest, HasAViewForEachKey) {
    text();
    EXPECT_EQ(screen.press('f'), TopScreen::Wish::redraw);
    EXPECT_THAT(text(), HasSubstr("in_port=1"));
    screen.press('d');
    EXPECT_THAT(text(), HasSubstr("too short"));
    screen.press('c');
    EXPECT_THAT(text(), HasSubstr("cache entries"));
    screen.press('p');
    EXPECT_THAT(text(), HasSubstr("rx packets/s"));
    EXPECT_EQ(screen.press('x'), TopScreen::Wish::nothing);
    EXPECT_EQ(screen.press('q'), TopScreen::Wish::quit);
}

TEST_F(TopScreenTest, Scrolls) {
    size.rows = 8; // one row of the table
    EXPECT_THAT(names(), ElementsAre("br0 p2"));
    screen.press(key_down);
    EXPECT_THAT(names(), ElementsAre("br0 p1"));
    screen.press(key_page_down);
    EXPECT_THAT(names(), ElementsAre("br0 p1"));
    screen.press(key_up);
    screen.press(key_page_up);
    EXPECT_THAT(names(), ElementsAre("br0 p2"));
}

TEST_F(TopScreenTest, TellsOfAnError) {
    screen.take(Error{"the daemon is away"});
    EXPECT_THAT(text(), HasSubstr("the daemon is away"));
    EXPECT_THAT(names(), testing::SizeIs(2));
    screen.take(rates_of(100));
    EXPECT_THAT(text(), testing::Not(HasSubstr("away")));
}

TEST_F(TopScreenTest, NamesDoNotCommandTheTerminal) {
    auto rates = rates_of(200);
    rates["ports"][0]["port"] = "a\x1b[2J\nb";
    screen.take(rates);
    EXPECT_THAT(text(), HasSubstr("a?[2J?b"));
}

TEST(Keys, AreTakenWhole) {
    const auto taken = [](std::string typed) { return take_keys(typed); };
    EXPECT_THAT(taken("qs"), ElementsAre('q', 's'));
    EXPECT_THAT(taken("\x1b[A\x1bOB\x1b[6~x"), ElementsAre(key_up, key_down, key_page_down, 'x'));
    EXPECT_THAT(taken("\x1b[1;5Pq"), ElementsAre('q')); // some key that means nothing
    EXPECT_THAT(taken("\x1bq"), ElementsAre('q'));
    std::string typed = "a\x1b[";
    EXPECT_THAT(take_keys(typed), ElementsAre('a'));
    typed += "D";
    EXPECT_THAT(take_keys(typed), ElementsAre(key_left));
    EXPECT_THAT(taken("\x1b[" + std::string(40, '1')), testing::Not(testing::IsEmpty()));
}

TEST(Cut, CountsCharacters) {
    EXPECT_EQ(cut("abc", 3), "abc");
    EXPECT_EQ(cut("abc", 2), "ab");
    EXPECT_EQ(cut("äöü", 2), "äö");
    EXPECT_EQ(cut("\x1b[31mab\x1b[0mc", 2), "\x1b[31mab\x1b[0m\x1b[0m");
    EXPECT_EQ(cut("\x1b[31mabc\x1b[0m", 2), "\x1b[31mab\x1b[0m");
    EXPECT_EQ(cut("", 0), "");
}

} // namespace
} // namespace bvs::ctl
