// SPDX-License-Identifier: Apache-2.0
//
// The ovsdb-server(1) of a database of our own. It detaches from us and is watched by its pid: so
// it outlives a killed bvsd, tools that need only the database go on working, and the next bvsd
// adopts it. If it dies it is started again, less and less hastily. One that somebody else has
// started with the same run directory is used, and never stopped.
#pragma once

#include "switch/failure.h"
#include "switch/log.h"

#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace bvs::daemon {

struct DatabasePlaces {
    std::string file;
    std::string rundir;   // db.sock, ovsdb-server.pid and its control socket
    std::string log_file; // empty: none
};

class DatabaseServer {
  public:
    // Blocks until the server serves: some 50 ms.
    static Attempt<std::unique_ptr<DatabaseServer>> start(boost::asio::io_context &io,
                                                          DatabasePlaces places, Logger log);
    ~DatabaseServer(); // leaves the server running

    void stop(); // if it is ours, and waits for it

  private:
    class Keeper;
    explicit DatabaseServer(std::shared_ptr<Keeper> keeper);
    std::shared_ptr<Keeper> keeper_;
};

// Stops the server that a bvsd with this run directory has left, if there is one.
void stop_database_server(const std::string &rundir);

} // namespace bvs::daemon
