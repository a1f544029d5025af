// SPDX-License-Identifier: Apache-2.0
#include "switch/watch.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace bvs::daemon {

class Watch::Waiter : public std::enable_shared_from_this<Waiter> {
  public:
    Waiter(boost::asio::io_context &io, int fd, std::function<void()> readable)
        : descriptor_(io, fd), readable_(std::move(readable)) {}

    void wait() {
        descriptor_.async_wait(descriptor_.wait_read,
                               [self = shared_from_this()](const auto &error) {
                                   if (error || self->stopped_)
                                       return;
                                   self->readable_();
                                   if (!self->stopped_)
                                       self->wait();
                               });
    }

    void stop() {
        stopped_ = true;
        descriptor_.release();
    }

  private:
    boost::asio::posix::stream_descriptor descriptor_;
    std::function<void()> readable_;
    bool stopped_ = false;
};

Watch::Watch(boost::asio::io_context &io, int fd, std::function<void()> readable)
    : waiter_(std::make_shared<Waiter>(io, fd, std::move(readable))) {
    waiter_->wait();
}

Watch::~Watch() {
    waiter_->stop();
}

} // namespace bvs::daemon
