// SPDX-License-Identifier: Apache-2.0
#include "switch/daemon.h"

#include "loader/datapath.h"
#include "ovsdb/client.h"
#include "switch/daemon_commands.h"
#include "switch/database_server.h"
#include "switch/host/address_monitor.h"
#include "switch/host/ethtool.h"
#include "switch/host/frame_socket.h"
#include "switch/host/link_control.h"
#include "switch/host/link_monitor.h"
#include "switch/host/queueing.h"
#include "switch/host/routing.h"
#include "switch/metrics_service.h"
#include "switch/own_database.h"
#include "switch/pidfile.h"
#include "switch/pin_directory.h"
#include "switch/privileges.h"
#include "switch/tallies.h"
#include "switch/unixctl.h"
#include "switch/version.h"
#include "switch/vswitch.h"
#include "switch/watch.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <filesystem>
#include <fmt/ranges.h>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace bvs::daemon {

namespace asio = boost::asio;

namespace {

constexpr const char *k_lock = "ovs_vswitchd"; // as Open vSwitch calls it: there is one of us

std::string file_text(const char *path) {
    std::ifstream stream(path);
    return {std::istreambuf_iterator<char>(stream), {}};
}

ovsdb::Selection merged(ovsdb::Selection selection, const ovsdb::Selection &more) {
    for (const auto &[table, columns] : more) {
        auto [found, added] = selection.try_emplace(table, columns);
        if (!added && !found->second.empty()) // without names it is the whole table
            found->second.insert(found->second.end(), columns.begin(), columns.end());
    }
    return selection;
}

} // namespace

class Daemon::Parts {
  public:
    Parts(const Options &options, Log &log, std::function<void()> configured)
        : options_(options), log_(log), logger_(log.logger("daemon")),
          database_logger_(log.logger("ovsdb")), configured_(std::move(configured)),
          signals_(io_, SIGTERM, SIGINT, SIGHUP), second_(io_), statistics_(io_) {}

    Attempt<> open();
    Attempt<> run();

  private:
    Attempt<> open_places();
    Attempt<> open_database_server();
    Attempt<> open_datapath();
    Attempt<> open_switch();
    Attempt<> open_client();
    Attempt<> open_control_socket();

    void wait_for_signal();
    void tick();
    void write_statistics();
    void links_readable();
    void addresses_readable();
    void end_unless(const Result<> &read);
    void follow_metrics();
    void database_ready(const ovsdb::ReadyEvent &event);
    void initialise_database();
    void database_lost(const Error &error);
    void lock_changed(bool held);
    void tell_of_lock();
    void first_configured();
    void end(bool clean_up);

    Options options_;
    Log &log_;
    Logger logger_;
    Logger database_logger_;
    std::function<void()> configured_;
    Attempt<> result_;
    std::uint64_t database_changes_ = 0;
    std::uint64_t link_wakeups_ = 0;
    bool awaits_root_row_ = false;
    RateLimit database_limit_;

    // In the order in which one needs the other.
    asio::io_context io_{1};
    std::optional<Pidfile> pidfile_;
    std::optional<PinDirectory> pin_directory_;
    std::unique_ptr<DatabaseServer> database_server_;
    std::unique_ptr<loader::Datapath> datapath_;
    std::optional<host::LinkMonitor> links_;
    std::optional<host::AddressMonitor> addresses_;
    std::optional<host::Routing> routing_;
    std::optional<host::LinkControl> link_control_;
    std::optional<host::Ethtool> ethtool_;
    std::optional<host::Queueing> queueing_;
    std::optional<host::FrameSocket> frames_;
    std::unique_ptr<Vswitch> vswitch_;
    std::unique_ptr<ovsdb::Client> client_;
    Tallies coverage_;
    Tallies memory_;
    Commands commands_;
    std::unique_ptr<UnixctlServer> control_socket_;
    std::optional<MetricsService> metrics_;
    asio::signal_set signals_;
    asio::steady_timer second_;
    asio::steady_timer statistics_;
    std::optional<Watch> link_watch_;
    std::optional<Watch> address_watch_;
    std::deque<Watch> ring_watches_;
};

Attempt<> Daemon::Parts::open() {
    using Step = Attempt<> (Parts::*)();
    for (Step step : {&Parts::open_places, &Parts::open_database_server, &Parts::open_datapath,
                      &Parts::open_switch, &Parts::open_client, &Parts::open_control_socket})
        if (auto done = (this->*step)(); !done)
            return done;
    if (auto reduced = reduce_privileges(); !reduced)
        return end_with(Exit::not_permitted, reduced.error());
    return {};
}

Attempt<> Daemon::Parts::open_places() {
    if (auto permitted = check_privileges(); !permitted)
        return permitted;
    std::error_code error;
    std::filesystem::create_directories(options_.rundir, error);
    if (error)
        return end_with(Exit::files, "cannot make the run directory {}: {}", options_.rundir,
                        error.message());
    auto pidfile = Pidfile::hold(options_.pidfile);
    if (!pidfile)
        return std::unexpected(pidfile.error());
    pidfile_.emplace(std::move(*pidfile));

    bool mounted = false;
    auto directory = PinDirectory::hold(options_.pin_dir, mounted);
    if (!directory)
        return std::unexpected(directory.error());
    pin_directory_.emplace(std::move(*directory));
    if (mounted)
        logger_.info("mounted a BPF file system for {}", options_.pin_dir);
    if (auto features = loader::probe(options_.pin_dir); !features)
        return end_with(Exit::kernel_too_old, features.error());
    return {};
}

Attempt<> Daemon::Parts::open_database_server() {
    if (!options_.database.empty())
        return {};
    auto log_file = options_.log_file ? options_.logdir + "/ovsdb-server.log" : "";
    auto server = DatabaseServer::start(io_, {options_.database_file(), options_.rundir, log_file},
                                        database_logger_);
    if (!server)
        return std::unexpected(server.error());
    database_server_ = std::move(*server);
    return {};
}

Attempt<> Daemon::Parts::open_datapath() {
    auto logger = log_.logger("datapath");
    auto datapath = loader::Datapath::open(
        {.pin_dir = options_.pin_dir,
         .log = [logger](const std::string &text) { logger.warn("{}", text); },
         .prefer_tcx = options_.prefer_tcx});
    if (!datapath)
        return end_with(Exit::datapath, datapath.error());
    datapath_ = std::move(*datapath);
    logger.info("{} generation {} of the datapath in {}",
                datapath_->adopted() ? "adopted" : "loaded", datapath_->generation(),
                options_.pin_dir);
    return {};
}

Attempt<> Daemon::Parts::open_switch() {
    auto links = host::LinkMonitor::open();
    if (!links)
        return end_with(Exit::failure, links.error());
    links_.emplace(std::move(*links));
    auto addresses = host::AddressMonitor::open();
    if (!addresses)
        return end_with(Exit::failure, addresses.error());
    addresses_.emplace(std::move(*addresses));
    auto routing = host::Routing::open();
    if (!routing)
        return end_with(Exit::failure, routing.error());
    routing_.emplace(std::move(*routing));
    auto control = host::LinkControl::open();
    if (!control)
        return end_with(Exit::failure, control.error());
    link_control_.emplace(std::move(*control));
    auto ethtool = host::Ethtool::open();
    if (!ethtool)
        return end_with(Exit::failure, ethtool.error());
    ethtool_.emplace(std::move(*ethtool));
    auto queueing = host::Queueing::open();
    if (!queueing)
        return end_with(Exit::failure, queueing.error());
    queueing_.emplace(std::move(*queueing));
    auto frames = host::FrameSocket::open();
    if (!frames)
        return end_with(Exit::failure, frames.error());
    frames_.emplace(std::move(*frames));

    auto vswitch = Vswitch::create({
        .io = io_,
        .datapath = *datapath_,
        .links = *links_,
        .addresses = *addresses_,
        .routing = *routing_,
        .link_control = *link_control_,
        .ethtool = *ethtool_,
        .queueing = *queueing_,
        .frames = *frames_,
        .log = log_,
        .rundir = options_.rundir,
        .version = std::string(k_version),
        .transact = [this](const auto &transaction,
                           auto done) { client_->transact(transaction, std::move(done)); },
        .database_status =
            [this] {
                return DatabaseStatus{options_.database_remote(), client_->ready(),
                                      client_->has_lock()};
            },
        .configured = [this] { first_configured(); },
    });
    if (!vswitch)
        return end_with(Exit::datapath, vswitch.error());
    vswitch_ = std::move(*vswitch);
    return {};
}

Attempt<> Daemon::Parts::open_client() {
    ovsdb::ClientOptions wanted;
    wanted.session.selection = Vswitch::selection();
    if (database_server_)
        wanted.session.selection =
            merged(std::move(wanted.session.selection), own_database_selection());
    wanted.session.lock = k_lock;
    wanted.tls = {options_.tls.private_key, options_.tls.certificate, options_.tls.ca_certificate};
    auto client = ovsdb::Client::create(
        io_, options_.database_remote(), std::move(wanted),
        {.ready = [this](const auto &event) { database_ready(event); },
         .changes =
             [this](const auto &changes) {
                 database_changes_ += changes.size();
                 vswitch_->database_changed(client_->replica(), changes);
                 follow_metrics();
                 if (awaits_root_row_ && has_root_row(client_->replica())) {
                     awaits_root_row_ = false;
                     initialise_database();
                 }
             },
         .lock = [this](bool held) { lock_changed(held); },
         .disconnected = [this](const Error &error) { database_lost(error); }});
    if (!client)
        return end_with(Exit::usage, client.error());
    client_ = std::move(*client);
    return {};
}

Attempt<> Daemon::Parts::open_control_socket() {
    coverage_.add("database_row_changes", [this] { return database_changes_; });
    coverage_.add("link_wakeups", [this] { return link_wakeups_; });
    coverage_.add("log_messages_lost", [this] { return log_.lost(); });
    memory_.add("resident-kb", resident_kilobytes);
    add_daemon_commands(commands_, {.log = log_,
                                    .coverage = coverage_,
                                    .memory = memory_,
                                    .end = [this](bool clean_up) { end(clean_up); }});
    vswitch_->add_commands(commands_);
    vswitch_->add_tallies(coverage_, memory_);
    metrics_.emplace(
        io_, options_.rundir, [this] { return commands_.run("bvs/metrics", {}).value_or(""); },
        log_.logger("metrics"));
    auto path = options_.unixctl.value_or(control_socket_path(options_.rundir, ::getpid()));
    remove_stale_sockets(options_.rundir);
    if (path.empty())
        return {};
    auto server = UnixctlServer::listen(io_, path, commands_);
    if (!server)
        return end_with(Exit::files, server.error());
    control_socket_ = std::move(*server);
    return {};
}

Attempt<> Daemon::Parts::run() {
    link_watch_.emplace(io_, links_->fd(), [this] { links_readable(); });
    address_watch_.emplace(io_, addresses_->fd(), [this] { addresses_readable(); });
    for (auto &ring : vswitch_->rings())
        ring_watches_.emplace_back(io_, ring.fd, std::move(ring.read));
    wait_for_signal();
    tick();
    write_statistics();
    client_->start();
    io_.run();
    return std::move(result_);
}

void Daemon::Parts::wait_for_signal() {
    signals_.async_wait([this](const auto &error, int signal) {
        if (error)
            return;
        if (signal != SIGHUP)
            return end(false);
        if (auto reopened = log_.reopen_file(); !reopened)
            logger_.err("{}", reopened.error().message);
        wait_for_signal();
    });
}

void Daemon::Parts::tick() {
    second_.expires_after(std::chrono::seconds(1));
    second_.async_wait([this](const auto &error) {
        if (error)
            return;
        vswitch_->every_second();
        follow_metrics();
        tick();
    });
}

void Daemon::Parts::write_statistics() {
    statistics_.expires_after(vswitch_->statistics_interval());
    statistics_.async_wait([this](const auto &error) {
        if (error)
            return;
        vswitch_->write_statistics();
        write_statistics();
    });
}

void Daemon::Parts::links_readable() {
    ++link_wakeups_;
    end_unless(vswitch_->links_readable());
}

void Daemon::Parts::addresses_readable() {
    end_unless(vswitch_->addresses_readable());
}

void Daemon::Parts::end_unless(const Result<> &read) {
    if (read)
        return;
    result_ = end_with(Exit::failure, read.error());
    io_.stop();
}

void Daemon::Parts::follow_metrics() {
    if (client_->ready() && client_->has_lock())
        metrics_->follow(client_->replica());
}

void Daemon::Parts::database_ready(const ovsdb::ReadyEvent &event) {
    database_logger_.info("connected to {}", options_.database_remote());
    if (!client_->has_lock())
        tell_of_lock();
    if (!event.lacking.empty())
        database_logger_.warn("the database's schema is older than ours and lacks {}",
                              fmt::join(event.lacking, ", "));
    initialise_database();
    vswitch_->database_ready(client_->replica());
}

// In a new database ovs-vsctl may be the first to make the one row, whose columns are then still to
// be written.
void Daemon::Parts::initialise_database() {
    if (!database_server_)
        return;
    const auto transaction =
        initialise_own_database(client_->replica(), file_text("/etc/os-release"));
    if (transaction.empty())
        return;
    const bool makes_row = !has_root_row(client_->replica());
    client_->transact(transaction, [this, makes_row](const Result<ovsdb::Outcome> &outcome) {
        if (outcome)
            return;
        if (!makes_row)
            database_logger_.warn("{}", outcome.error().message);
        else if (has_root_row(client_->replica()))
            initialise_database();
        else
            awaits_root_row_ = true;
    });
}

void Daemon::Parts::database_lost(const Error &error) {
    database_logger_.warn(database_limit_,
                          "no database at {} ({}); forwarding goes on, trying again",
                          options_.database_remote(), error.message);
    vswitch_->database_lost();
}

// It goes with the connection, which database_lost() tells of.
void Daemon::Parts::lock_changed(bool held) {
    if (held)
        database_logger_.info("holding the database's lock {}", k_lock);
    else if (client_->ready())
        tell_of_lock();
    vswitch_->lock_changed(held);
}

void Daemon::Parts::tell_of_lock() {
    database_logger_.err("another daemon holds the lock {} of the database {}: nothing that is "
                         "configured is applied until it ends; stop it, or give this one another "
                         "database",
                         k_lock, options_.database_remote());
}

void Daemon::Parts::first_configured() {
    logger_.info("{} is in service", version_line());
    configured_();
}

// The answer to whoever asked for the end is still to be sent.
void Daemon::Parts::end(bool clean_up) {
    logger_.info("ending; the datapath {}", clean_up ? "is removed" : "goes on by itself");
    if (clean_up) {
        vswitch_->dismantle();
        if (auto cleaned = loader::cleanup(options_.pin_dir); !cleaned)
            result_ = end_with(Exit::failure, cleaned.error());
    }
    if (database_server_)
        database_server_->stop();
    asio::post(io_, [this] { io_.stop(); });
}

Attempt<std::unique_ptr<Daemon>> Daemon::create(const Options &options, Log &log,
                                                std::function<void()> configured) {
    auto parts = std::make_unique<Parts>(options, log, std::move(configured));
    if (auto opened = parts->open(); !opened)
        return std::unexpected(opened.error());
    return std::unique_ptr<Daemon>(new Daemon(std::move(parts)));
}

Daemon::Daemon(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Daemon::~Daemon() = default;

Attempt<> Daemon::run() {
    return parts_->run();
}

} // namespace bvs::daemon
