// SPDX-License-Identifier: Apache-2.0
#include "switch/database_server.h"

#include "switch/database_file.h"
#include "switch/pidfile.h"
#include "switch/process.h"
#include "switch/watch.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <fstream>
#include <iterator>
#include <map>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace bvs::daemon {

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char *k_mark = "BVSD_STARTED_THIS"; // in the environment of a server of ours
constexpr std::chrono::seconds k_stop_time{5};
constexpr std::chrono::seconds k_back_off_min{1};
constexpr std::chrono::seconds k_back_off_max{30};
constexpr std::chrono::seconds k_proved{60}; // who ran that long is started again at once

std::string pidfile_of(const std::string &rundir) {
    return rundir + "/ovsdb-server.pid";
}

// A descriptor that stands for the process, also after its pid is another's.
class ProcessHandle {
  public:
    explicit ProcessHandle(pid_t pid) : fd_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}
    ProcessHandle(const ProcessHandle &) = delete;
    ProcessHandle &operator=(const ProcessHandle &) = delete;
    ~ProcessHandle() {
        if (fd_ >= 0)
            ::close(fd_);
    }

    int fd() const { return fd_; }

    void end() {
        ::syscall(SYS_pidfd_send_signal, fd_, SIGTERM, nullptr, 0);
        pollfd poll = {fd_, POLLIN, 0};
        auto patience = std::chrono::milliseconds(k_stop_time);
        if (::poll(&poll, 1, static_cast<int>(patience.count())) == 0)
            ::syscall(SYS_pidfd_send_signal, fd_, SIGKILL, nullptr, 0);
    }

  private:
    int fd_;
};

bool is_ours(pid_t pid, const std::string &rundir) {
    std::ifstream stream(fmt::format("/proc/{}/environ", pid), std::ios::binary);
    std::string variables((std::istreambuf_iterator<char>(stream)), {});
    return variables.find(fmt::format("{}={}", k_mark, rundir) + '\0') != std::string::npos;
}

std::vector<std::string> command_line(const DatabasePlaces &places) {
    std::vector<std::string> command = {
        find_program("ovsdb-server"),
        places.file,
        "--remote=punix:" + places.rundir + "/db.sock",
        "--remote=db:Open_vSwitch,Open_vSwitch,manager_options",
        "--private-key=db:Open_vSwitch,SSL,private_key",
        "--certificate=db:Open_vSwitch,SSL,certificate",
        "--bootstrap-ca-cert=db:Open_vSwitch,SSL,ca_cert",
        "--pidfile=" + pidfile_of(places.rundir),
        "--detach",
        "--no-chdir",
        "-vconsole:err",
        "-vsyslog:err",
        "-vfile:info",
    };
    if (!places.log_file.empty())
        command.push_back("--log-file=" + places.log_file);
    return command;
}

Attempt<> check_tools() {
    for (const char *name : {"ovsdb-server", "ovsdb-tool"})
        if (find_program(name).empty())
            return end_with(Exit::no_database_tools,
                            "there is no {}; install the package openvswitch-common (or "
                            "openvswitch-switch, which has ovs-vsctl too), or give bvsd a DATABASE",
                            name);
    return {};
}

} // namespace

class DatabaseServer::Keeper : public std::enable_shared_from_this<Keeper> {
  public:
    Keeper(boost::asio::io_context &io, DatabasePlaces places, Logger log)
        : io_(io), timer_(io), places_(std::move(places)), log_(std::move(log)) {}

    Attempt<> begin() {
        if (auto tools = check_tools(); !tools)
            return tools;
        auto schema = find_schema();
        if (!schema)
            return std::unexpected(schema.error());
        if (auto pid = pidfile_owner(pidfile_of(places_.rundir)))
            if (auto adopted = adopt(*pid, *schema); !adopted || process_)
                return adopted;
        if (auto prepared = prepare_database_file(places_.file, *schema, log_); !prepared)
            return prepared;
        return spawn();
    }

    void stop() {
        timer_.cancel();
        watch_.reset();
        if (process_ && ours_)
            process_->end();
        process_.reset();
    }

    void forget() {
        timer_.cancel();
        watch_.reset();
    }

  private:
    Attempt<> adopt(pid_t pid, const std::string &schema) {
        ours_ = is_ours(pid, places_.rundir);
        if (ours_) {
            auto outdated = schema_is_outdated(places_.file, schema);
            if (outdated && *outdated) {
                ProcessHandle(pid).end();
                return {};
            }
        }
        log_.info("using the ovsdb-server that runs already, process {}{}", pid,
                  ours_ ? "" : ", which is not ours to stop");
        follow(pid);
        return {};
    }

    Attempt<> spawn() {
        auto said = run_program(command_line(places_),
                                {{"OVS_RUNDIR", places_.rundir}, {k_mark, places_.rundir}});
        if (!said)
            return end_with(Exit::database, "ovsdb-server did not start: {}", said.error().message);
        if (!said->empty())
            log_.warn("ovsdb-server says: {}", *said);
        auto pid = pidfile_owner(pidfile_of(places_.rundir));
        if (!pid)
            return end_with(Exit::database, "ovsdb-server ended as soon as it had started");
        ours_ = true;
        log_.info("started ovsdb-server for {}, process {}", places_.file, *pid);
        follow(*pid);
        return {};
    }

    void follow(pid_t pid) {
        since_ = Clock::now();
        process_ = std::make_unique<ProcessHandle>(pid);
        if (process_->fd() < 0)
            return ended(); // between two steps of ours
        watch_ = std::make_unique<Watch>(io_, process_->fd(), [this] { ended(); });
    }

    void ended() {
        watch_.reset();
        process_.reset();
        if (Clock::now() - since_ >= k_proved)
            back_off_ = k_back_off_min;
        log_.warn("ovsdb-server has ended; forwarding goes on, and it is started again in {} s",
                  back_off_.count());
        timer_.expires_after(back_off_);
        back_off_ = std::min(back_off_ * 2, k_back_off_max);
        timer_.async_wait([self = shared_from_this()](const auto &error) {
            if (!error)
                self->restart();
        });
    }

    // Somebody may have started one in the meantime.
    void restart() {
        if (auto pid = pidfile_owner(pidfile_of(places_.rundir))) {
            ours_ = is_ours(*pid, places_.rundir);
            return follow(*pid);
        }
        since_ = Clock::now();
        if (auto spawned = spawn(); !spawned) {
            log_.err("{}", spawned.error().message);
            ended();
        }
    }

    boost::asio::io_context &io_;
    boost::asio::steady_timer timer_;
    DatabasePlaces places_;
    Logger log_;
    std::unique_ptr<ProcessHandle> process_;
    std::unique_ptr<Watch> watch_;
    Clock::time_point since_;
    std::chrono::seconds back_off_ = k_back_off_min;
    bool ours_ = false;
};

Attempt<std::unique_ptr<DatabaseServer>> DatabaseServer::start(boost::asio::io_context &io,
                                                               DatabasePlaces places, Logger log) {
    auto keeper = std::make_shared<Keeper>(io, std::move(places), std::move(log));
    if (auto begun = keeper->begin(); !begun)
        return std::unexpected(begun.error());
    return std::unique_ptr<DatabaseServer>(new DatabaseServer(std::move(keeper)));
}

DatabaseServer::DatabaseServer(std::shared_ptr<Keeper> keeper) : keeper_(std::move(keeper)) {}

DatabaseServer::~DatabaseServer() {
    keeper_->forget();
}

void DatabaseServer::stop() {
    keeper_->stop();
}

void stop_database_server(const std::string &rundir) {
    auto pid = pidfile_owner(pidfile_of(rundir));
    if (pid && is_ours(*pid, rundir))
        ProcessHandle(*pid).end();
}

} // namespace bvs::daemon
