// SPDX-License-Identifier: Apache-2.0
//
// The switch as its database wants it: takes what the database, the kernel and the clock report,
// makes bridges, ports and netdevs follow, and writes back what became of them. It acts only while
// it holds the database's lock; before the first configuration, and while the database is gone, the
// datapath does what it did. No sockets of its own: the daemon says when something happened.
//
// One thread; what is handed over outlives it.
#pragma once

#include "base/result.h"
#include "ovsdb/replica.h"
#include "ovsdb/transaction.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace boost::asio {
class io_context;
}
namespace bvs::loader {
class Datapath;
}
namespace bvs::host {
class AddressMonitor;
class Ethtool;
class FrameSocket;
class LinkControl;
class LinkMonitor;
class Queueing;
class Routing;
} // namespace bvs::host

namespace bvs::daemon {

class Commands;
class Log;
class Tallies;

struct DatabaseStatus { // for bvs/status
    std::string remote;
    bool connected = false;
    bool locked = false;
};

struct VswitchParts {
    boost::asio::io_context &io;
    loader::Datapath &datapath;
    host::LinkMonitor &links;
    host::AddressMonitor &addresses;
    host::Routing &routing;
    host::LinkControl &link_control;
    host::Ethtool &ethtool;
    host::Queueing &queueing;
    host::FrameSocket &frames;
    Log &log;
    std::string rundir;  // tells this daemon's netdevs from another's
    std::string version; // for bvs/status

    // Sends a transaction to the database; `done` is called later, never from within.
    std::function<void(const ovsdb::Transaction &, std::function<void(Result<ovsdb::Outcome>)>)>
        transact;
    std::function<DatabaseStatus()> database_status;
    // Once: the first configuration is applied, and packets flow as it says.
    std::function<void()> configured;
};

class Vswitch {
  public:
    static ovsdb::Selection selection(); // what the database client is to monitor

    static Result<std::unique_ptr<Vswitch>> create(VswitchParts parts);
    ~Vswitch();

    // The replica stays where it is for as long as the switch lives.
    void database_ready(const ovsdb::Replica &replica); // at first, and after each reconnection
    void database_changed(const ovsdb::Replica &replica, const ovsdb::Changes &changes);
    void database_lost();
    void lock_changed(bool held);

    // LinkMonitor::fd() is readable. After an error the daemon cannot follow its links any more and
    // had better start anew.
    Result<> links_readable();
    Result<> addresses_readable(); // AddressMonitor::fd() is; the same holds

    // On which the datapath leaves what is for the daemon; read() when the descriptor is readable.
    struct Ring {
        int fd = -1;
        std::function<void()> read;
    };
    std::vector<Ring> rings();

    void every_second();     // ageing, and numbers that may be used again
    void write_statistics(); // every statistics_interval(), which the configuration may change
    std::chrono::milliseconds statistics_interval() const;

    void add_commands(Commands &commands); // fdb/..., dpif/show, ofproto/..., bvs/...
    void add_tallies(Tallies &coverage, Tallies &memory);

    // Takes every bridge, port and netdev of ours apart: for `exit --cleanup`. What is pinned is
    // loader::cleanup()'s.
    void dismantle();

  private:
    class Core;
    explicit Vswitch(std::unique_ptr<Core> core);
    std::unique_ptr<Core> core_;
};

} // namespace bvs::daemon
