// SPDX-License-Identifier: Apache-2.0
//
// A process that holds the lock on DIR/ovs-vswitchd.pid and answers on its control socket.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

namespace bvs::ctl::test {

// Answers by method, the n-th to its n-th call and the last for ever: the text of a result, or of
// an error if it begins with "error: ".
using Answers = std::map<std::string, std::vector<std::string>>;

class FakeDaemon {
  public:
    explicit FakeDaemon(Answers answers);
    ~FakeDaemon();

    std::string rundir() const { return directory_; }
    void stop(); // leaves its files behind

  private:
    std::filesystem::path directory_;
    pid_t pid_ = -1;
};

} // namespace bvs::ctl::test
