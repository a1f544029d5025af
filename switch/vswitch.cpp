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
    auto drops = DropSamples::open(parts.datapath.maps().events_fd);
    if (!drops)
        return std::unexpected(drops.error());
    auto core = std::make_unique<Core>(std::move(parts), std::move(*drops));
    if (auto started = core->start_openflow(); !started)
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
int Vswitch::drop_events_fd() const {
    return core_->drops().fd();
}
void Vswitch::drop_events_readable() {
    core_->drops().read();
}
int Vswitch::packet_ins_fd() const {
    return core_->openflow().packet_ins_fd();
}
void Vswitch::packet_ins_readable() {
    core_->openflow().read_packet_ins();
}
int Vswitch::traces_fd() const {
    return core_->tracer().fd();
}
void Vswitch::traces_readable() {
    core_->tracer().read();
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
