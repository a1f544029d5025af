// SPDX-License-Identifier: Apache-2.0
#include "switch/options.h"

#include "ovsdb/remote.h"

#include <algorithm>
#include <filesystem>
#include <getopt.h>
#include <map>

namespace bvs::daemon {

namespace {

// Options without a short form. Those whose meaning is Open vSwitch's alone share one.
enum Code : int {
    o_detach = 256,
    o_pidfile,
    o_overwrite_pidfile,
    o_no_chdir,
    o_monitor,
    o_log_file,
    o_syslog,
    o_mlockall,
    o_no_self_confinement,
    o_user,
    o_unixctl,
    o_bootstrap_ca_cert,
    o_peer_ca_cert,
    o_disable_system,
    o_rundir,
    o_dbdir,
    o_pin_dir,
    o_tcx,
    o_cleanup,
};

constexpr option k_options[] = {
    {"detach", no_argument, nullptr, o_detach},
    {"pidfile", optional_argument, nullptr, o_pidfile},
    {"overwrite-pidfile", no_argument, nullptr, o_overwrite_pidfile},
    {"no-chdir", no_argument, nullptr, o_no_chdir},
    {"monitor", no_argument, nullptr, o_monitor},
    {"log-file", optional_argument, nullptr, o_log_file},
    {"syslog-target", required_argument, nullptr, o_syslog},
    {"syslog-method", required_argument, nullptr, o_syslog},
    {"verbose", optional_argument, nullptr, 'v'},
    {"mlockall", no_argument, nullptr, o_mlockall},
    {"no-self-confinement", no_argument, nullptr, o_no_self_confinement},
    {"user", required_argument, nullptr, o_user},
    {"unixctl", required_argument, nullptr, o_unixctl},
    {"private-key", required_argument, nullptr, 'p'},
    {"certificate", required_argument, nullptr, 'c'},
    {"ca-cert", required_argument, nullptr, 'C'},
    {"bootstrap-ca-cert", required_argument, nullptr, o_bootstrap_ca_cert},
    {"peer-ca-cert", required_argument, nullptr, o_peer_ca_cert},
    {"disable-system", no_argument, nullptr, o_disable_system},
    {"disable-system-route", no_argument, nullptr, o_disable_system},
    {"rundir", required_argument, nullptr, o_rundir},
    {"dbdir", required_argument, nullptr, o_dbdir},
    {"pin-dir", required_argument, nullptr, o_pin_dir},
    {"tcx", no_argument, nullptr, o_tcx},
    {"cleanup", no_argument, nullptr, o_cleanup},
    {"help", no_argument, nullptr, 'h'},
    {"version", no_argument, nullptr, 'V'},
    {nullptr, 0, nullptr, 0},
};

std::string absolute(const std::string &path) {
    return std::filesystem::absolute(path).lexically_normal().string();
}

// A file given by name alone is in `folder`.
std::string within(const std::string &folder, const std::string &path) {
    return path.starts_with('/') ? path : folder + "/" + path;
}

struct Given { // what has to wait until the folders are known
    std::optional<std::string> rundir, dbdir, pin_dir;
    std::optional<std::string> pidfile, unixctl, log_file;
};

void remark(Options &options, int code) {
    static const std::map<int, std::string> remarks = {
        {o_monitor, "--monitor: bvsd does not watch itself; the service manager restarts it, and "
                    "meanwhile the datapath goes on"},
        {o_syslog, "--syslog-target and --syslog-method: messages go to the local syslog"},
        {o_user, "--user: bvsd stays root, but keeps only the capabilities that it needs"},
        {o_bootstrap_ca_cert, "--bootstrap-ca-cert: the file is read, never written; put the "
                              "authority's certificate there"},
        {o_peer_ca_cert, "--peer-ca-cert: bvsd takes no connections, so it shows nobody the file"},
        {o_disable_system, "--disable-system: there is no kernel module to be left alone"},
    };
    if (auto found = remarks.find(code); found != remarks.end())
        options.remarks.push_back(found->second);
}

void take(Options &options, Given &given, int code, const std::string &value) {
    remark(options, code);
    switch (code) {
    case o_detach:
        options.detach = true;
        break;
    case o_pidfile:
        given.pidfile = value;
        break;
    case o_no_chdir:
        options.change_directory = false;
        break;
    case o_log_file:
        given.log_file = value;
        break;
    case 'v':
        options.verbosity.push_back(value);
        break;
    case o_mlockall:
        options.lock_memory = true;
        break;
    case o_tcx:
        options.prefer_tcx = true;
        break;
    case o_unixctl:
        given.unixctl = value;
        break;
    case 'p':
        options.tls.private_key = absolute(value);
        break;
    case 'c':
        options.tls.certificate = absolute(value);
        break;
    case 'C':
    case o_bootstrap_ca_cert:
        options.tls.ca_certificate = absolute(value);
        break;
    case o_rundir:
        given.rundir = value;
        break;
    case o_dbdir:
        given.dbdir = value;
        break;
    case o_pin_dir:
        given.pin_dir = value;
        break;
    case o_cleanup:
        options.task = Options::Task::cleanup;
        break;
    default:
        break;
    }
}

void settle(Options &options, const Given &given, const Environment &environment) {
    auto folder = [&](const std::optional<std::string> &option, const char *variable,
                      const std::string &otherwise) {
        return absolute(option ? *option : environment(variable).value_or(otherwise));
    };
    auto sysconf = environment("OVS_SYSCONFDIR").value_or("/etc");
    options.rundir = folder(given.rundir, "OVS_RUNDIR", "/var/run/openvswitch");
    options.logdir = folder({}, "OVS_LOGDIR", "/var/log/openvswitch");
    options.dbdir = folder(given.dbdir, "OVS_DBDIR", sysconf + "/openvswitch");
    options.pin_dir = absolute(given.pin_dir.value_or("/sys/fs/bpf/bvs"));

    auto file = [](const std::optional<std::string> &name, const char *otherwise) {
        return name && !name->empty() ? *name : otherwise;
    };
    options.pidfile = within(options.rundir, file(given.pidfile, "ovs-vswitchd.pid"));
    if (given.log_file)
        options.log_file = within(options.logdir, file(given.log_file, "ovs-vswitchd.log"));
    if (given.unixctl)
        options.unixctl = *given.unixctl == "none" ? "" : within(options.rundir, *given.unixctl);
}

Result<> check(const Options &options) {
    auto remotes = ovsdb::parse_remotes(options.database_remote());
    if (!remotes)
        return std::unexpected(remotes.error());
    bool ssl = std::ranges::any_of(
        *remotes, [](const auto &remote) { return remote.kind == ovsdb::Remote::Kind::ssl; });
    if (ssl && (options.tls.private_key.empty() || options.tls.certificate.empty() ||
                options.tls.ca_certificate.empty()))
        return fail("{} needs --private-key, --certificate and --ca-cert", options.database);
    return {};
}

} // namespace

Result<Options> parse_options(const std::vector<std::string> &arguments,
                              const Environment &environment) {
    std::vector<std::string> texts = {"bvsd"};
    texts.insert(texts.end(), arguments.begin(), arguments.end());
    std::vector<char *> argv;
    for (auto &text : texts)
        argv.push_back(text.data());
    argv.push_back(nullptr);
    int argc = static_cast<int>(texts.size());

    Options options;
    Given given;
    optind = 0; // getopt starts anew
    opterr = 0;
    while (true) {
        int code = getopt_long(argc, argv.data(), ":v::p:c:C:hV", k_options, nullptr);
        if (code == -1)
            break;
        if (code == 'h' || code == 'V') {
            options.task = code == 'h' ? Options::Task::print_help : Options::Task::print_version;
            return options;
        }
        const char *word = argv[static_cast<std::size_t>(optind) - 1];
        if (code == ':')
            return fail("{} needs a value; see bvsd --help", word);
        if (code == '?')
            return fail("{} is not an option, or has a value that it does not take; see bvsd "
                        "--help",
                        word);
        take(options, given, code, optarg ? optarg : "");
    }
    if (argc - optind > 1)
        return fail("{} is one argument too many: there is one database; several remotes of one "
                    "are joined by commas",
                    argv[static_cast<std::size_t>(optind) + 1]);
    if (optind < argc)
        options.database = argv[static_cast<std::size_t>(optind)];
    settle(options, given, environment);
    if (auto checked = check(options); !checked)
        return std::unexpected(checked.error());
    return options;
}

std::string usage() {
    return R"(usage: bvsd [OPTIONS] [DATABASE]

The daemon of the BPF Virtual Switch: makes this host's bridges and ports follow
an Open_vSwitch database. DATABASE is where that is: unix:PATH, tcp:HOST:PORT,
ssl:HOST:PORT, or several joined by commas. Without it bvsd keeps a database of
its own in DBDIR/conf.db and starts an ovsdb-server for it.

  --rundir=DIR            sockets and pidfiles (/var/run/openvswitch, $OVS_RUNDIR)
  --dbdir=DIR             database of its own  (/etc/openvswitch, $OVS_DBDIR)
  --pin-dir=DIR           programs and maps, on a bpffs (/sys/fs/bpf/bvs)
  --tcx                   attach by tcx links (Linux 6.6), not by clsact filters:
                          slower to attach, easier to order among others' programs
  --cleanup               remove every program, map, link, netdev, socket and
                          pidfile that bvsd has made, and exit

  --detach                return once the first configuration is applied
  --pidfile[=FILE]        another name for RUNDIR/ovs-vswitchd.pid
  --no-chdir              do not change to / when detaching
  --unixctl=SOCKET        another control socket, or none
  --mlockall              keep all memory in RAM

  -v, --verbose[=SPEC]    [MODULE:][console|syslog|file:][off|emer|err|warn|info|dbg]
  --log-file[=FILE]       write a log (/var/log/openvswitch/ovs-vswitchd.log)

  -p, --private-key=FILE  -c, --certificate=FILE  -C, --ca-cert=FILE
                          for ssl: databases

  -h, --help              this text
  -V, --version           name and version

Taken for the sake of scripts that start Open vSwitch, see bvsd(8): --monitor,
--user, --overwrite-pidfile, --no-self-confinement, --syslog-target, --syslog-method,
--disable-system, --bootstrap-ca-cert, --peer-ca-cert.

Examples:
  bvsd                                    a switch with a database of its own
  bvsd --detach --log-file unix:/var/run/openvswitch/db.sock
  bvsd --rundir /tmp/a --dbdir /tmp/a --pin-dir /sys/fs/bpf/a     a second one
)";
}

} // namespace bvs::daemon
