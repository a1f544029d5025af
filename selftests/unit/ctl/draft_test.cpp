// SPDX-License-Identifier: Apache-2.0
#include "ctl/bridge_change.h"
#include "ctl/draft.h"
#include "ctl/switch_view.h"
#include "selftests/unit/ctl/sample_database.h"

#include <gmock/gmock.h>

namespace bvs::ctl {
namespace {

using nlohmann::json;
using test::id;

class DraftTest : public testing::Test {
  protected:
    json operations() const {
        auto params = json::parse(draft.transaction().encode(1))["params"];
        params.erase(params.begin());
        return params;
    }

    ovsdb::Replica replica = test::sample_database();
    Draft draft{replica};
};

TEST_F(DraftTest, WithoutChangesIsNoTransaction) {
    draft.set("Port", id(4), "tag", std::int64_t{5}); // as it was
    EXPECT_TRUE(draft.transaction().empty());
}

TEST_F(DraftTest, AChangeWaitsForWhatItWasMadeFrom) {
    draft.set("Port", id(4), "tag", std::int64_t{6});
    EXPECT_EQ(draft.get("Port", id(4), "tag").integer(), 6);
    auto made = operations();
    ASSERT_EQ(made.size(), 2u);
    EXPECT_EQ(made[0]["op"], "wait");
    EXPECT_EQ(made[0]["rows"], json::parse(R"([{"tag": 5}])"));
    EXPECT_EQ(made[1]["op"], "update");
    EXPECT_EQ(made[1]["row"], json::parse(R"({"tag": 6})"));
}

TEST_F(DraftTest, NewRowsAreSeenAndReferredToByName) {
    auto port = insert_local_port(draft, "p2");
    draft.add("Bridge", id(2), "ports", port);
    EXPECT_TRUE(SwitchView(draft).find_port("p2"));
    EXPECT_EQ(draft.get("Port", port, "bond_fake_iface").boolean(), false);
    auto text = draft.transaction().encode(1);
    EXPECT_EQ(text.find(port.to_string()), text.npos);
    EXPECT_NE(text.find(Draft::name_of(port).name), text.npos);
}

TEST_F(DraftTest, ANewRowErasedAgainIsNothing) {
    auto row = draft.insert("Queue", ovsdb::Values{});
    EXPECT_TRUE(draft.is_new("Queue", row));
    draft.erase("Queue", row);
    EXPECT_FALSE(draft.exists("Queue", row));
    EXPECT_TRUE(draft.transaction().empty());
}

TEST_F(DraftTest, AFakeBridgeTakesThePortsOfItsVlan) {
    draft.set("Port", id(4), "tag", std::int64_t{7});
    SwitchView view(draft);
    ASSERT_TRUE(view.find_bridge("v7"));
    EXPECT_EQ(view.find_bridge("v7")->parent, "br0");
    EXPECT_EQ(view.find_port("p1")->bridge, "v7");
    EXPECT_EQ(view.ports("v7").size(), 2u);
}

TEST_F(DraftTest, ABridgeGoesWithItsPortsAndFakeBridges) {
    SwitchView view(draft);
    erase_bridge(draft, view, *view.find_bridge("br0"));
    EXPECT_TRUE(draft.rows("Bridge").empty());
    EXPECT_TRUE(draft.rows("Port").empty());
    EXPECT_TRUE(draft.rows("Interface").empty());
    EXPECT_TRUE(SwitchView(draft).bridges().empty());
}

TEST_F(DraftTest, NamesAreTakenOnce) {
    SwitchView view(draft);
    EXPECT_EQ(view.check_free("br0", "no").error().message,
              "no because a bridge named br0 already exists");
    EXPECT_EQ(view.check_free("p1", "no").error().message,
              "no because a port named p1 already exists on bridge br0");
    EXPECT_TRUE(view.check_free("p2", "no"));
}

} // namespace
} // namespace bvs::ctl
