// SPDX-License-Identifier: Apache-2.0
#include "switch/of_settings.h"
#include "switch/vswitch_core.h"

namespace bvs::daemon {

ovsdb::Selection Vswitch::selection() {
    auto selection = Config::selection();
    selection["Open_vSwitch"] = {"next_cfg", "cur_cfg", "other_config", "datapaths"};
    selection["Datapath"] = {"external_ids"};
    for (const auto &[table, columns] : of_selection())
        selection[table].insert(selection[table].end(), columns.begin(), columns.end());
    return selection;
}

Result<std::unique_ptr<Vswitch>> Vswitch::create(VswitchParts parts) {
    const auto &maps = parts.datapath.maps();
    auto drops = DropSamples::open(maps.events_fd);
    if (!drops)
        return std::unexpected(drops.error());
    auto frames = ProtocolFrames::open(maps.protocol_frames_fd);
    if (!frames)
        return std::unexpected(frames.error());
    auto core = std::make_unique<Core>(std::move(parts), std::move(*drops), std::move(*frames));
    if (auto started = core->start_openflow(); !started)
        return std::unexpected(started.error());
    if (auto started = core->start_flow_export(); !started)
        return std::unexpected(started.error());
    return std::unique_ptr<Vswitch>(new Vswitch(std::move(core)));
}

Vswitch::Vswitch(std::unique_ptr<Core> core) : core_(std::move(core)) {}
Vswitch::~Vswitch() = default;

void Vswitch::database_ready(const ovsdb::Replica &replica) {
    core_->database_ready(replica);
}
void Vswitch::database_changed(const ovsdb::Replica &, const ovsdb::Changes &changes) {
    core_->database_changed(changes);
}
void Vswitch::database_lost() {
    core_->database_lost();
}
void Vswitch::lock_changed(bool held) {
    core_->lock_changed(held);
}
Result<> Vswitch::links_readable() {
    return core_->links_readable();
}
Result<> Vswitch::addresses_readable() {
    return core_->addresses_readable();
}
std::vector<Vswitch::Ring> Vswitch::rings() {
    return core_->rings();
}
void Vswitch::every_second() {
    core_->every_second();
}
void Vswitch::write_statistics() {
    core_->write_statistics();
}
std::chrono::milliseconds Vswitch::statistics_interval() const {
    return core_->statistics_interval();
}
void Vswitch::add_commands(Commands &commands) {
    core_->add_commands(commands);
}
void Vswitch::add_tallies(Tallies &coverage, Tallies &memory) {
    core_->add_tallies(coverage, memory);
}
void Vswitch::dismantle() {
    core_->dismantle();
}

} // namespace bvs::daemon
