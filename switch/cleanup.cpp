// SPDX-License-Identifier: Apache-2.0
#include "switch/cleanup.h"

#include "loader/datapath.h"
#include "switch/database_server.h"
#include "switch/host/ethtool.h"
#include "switch/host/link_control.h"
#include "switch/host/link_monitor.h"
#include "switch/host/queueing.h"
#include "switch/internal_devices.h"
#include "switch/metrics_service.h"
#include "switch/onward_device.h"
#include "switch/pidfile.h"
#include "switch/privileges.h"
#include "switch/shaping.h"
#include "switch/unixctl.h"
#include "switch/vlan_parsing.h"

#include <filesystem>

namespace bvs::daemon {

namespace fs = std::filesystem;

namespace {

Result<> remove_from_kernel(const Options &options, const Logger &log) {
    auto links = host::LinkMonitor::open();
    if (!links)
        return std::unexpected(links.error());
    auto control = host::LinkControl::open();
    if (!control)
        return std::unexpected(control.error());
    auto ethtool = host::Ethtool::open();
    if (!ethtool)
        return std::unexpected(ethtool.error());
    auto queueing = host::Queueing::open();
    if (!queueing)
        return std::unexpected(queueing.error());
    Shaping shaping(options.pin_dir, *queueing, *ethtool, log);
    VlanParsing vlan_parsing(options.pin_dir, links->links(), *ethtool);
    if (auto done = loader::cleanup(options.pin_dir); !done)
        return done;
    vlan_parsing.restore_unless([](std::uint32_t) { return false; });
    shaping.remove_orphans();
    InternalDevices devices(links->links(), *control, options.rundir);
    for (const auto &port : devices.present())
        devices.remove(port);
    remove_onward_devices(links->links(), *control, options.rundir);
    return {};
}

} // namespace

Attempt<> clean_up(const Options &options, Log &log) {
    auto logger = log.logger("cleanup");
    if (auto permitted = check_privileges(); !permitted)
        return permitted;
    std::error_code ignored;
    if (fs::exists(options.rundir, ignored)) {
        auto pidfile = Pidfile::hold(options.pidfile);
        if (!pidfile)
            return std::unexpected(pidfile.error());
        stop_database_server(options.rundir);
        remove_stale_sockets(options.rundir);
        remove_metrics_socket(options.rundir);
    }
    if (auto removed = remove_from_kernel(options, logger); !removed)
        return end_with(Exit::failure, removed.error());
    logger.info("removed the datapath in {} and what was left in {}; the database in {} stays",
                options.pin_dir, options.rundir, options.dbdir);
    return {};
}

} // namespace bvs::daemon
