// SPDX-License-Identifier: Apache-2.0
//
// Calls a function each time somebody else's descriptor is readable, until it is destroyed, which
// the function may do. The descriptor stays its owner's, who must outlive the Watch.
#pragma once

#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace bvs::daemon {

class Watch {
  public:
    Watch(boost::asio::io_context &io, int fd, std::function<void()> readable);
    ~Watch();

  private:
    class Waiter;
    std::shared_ptr<Waiter> waiter_;
};

} // namespace bvs::daemon
