// SPDX-License-Identifier: Apache-2.0
//
// The stock ovsdb-server in a directory of its own, for as long as the object lives.
#pragma once

#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace bvs::ovsdb::test {

class StockServer {
  public:
    static bool available();

    // Makes a database of the schema and serves it at unix:DIR/db.sock.
    explicit StockServer(const std::string &schema);
    ~StockServer();

    void stop();
    void start(const std::vector<std::string> &more_options = {}); // waits for the socket
    void pause();                                                  // as if the network had gone
    void resume();

    std::string remote() const { return "unix:" + (directory_ / "db.sock").string(); }
    const std::filesystem::path &directory() const { return directory_; }

  private:
    std::filesystem::path directory_;
    pid_t pid_ = -1;
};

// Runs a program to its end; what it printed (also as error) comes back.
std::string run(const std::vector<std::string> &command);

} // namespace bvs::ovsdb::test
