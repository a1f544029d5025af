// SPDX-License-Identifier: Apache-2.0
#include "bench/tools/small_packets.h"

#include "bench/tools/place.h"

#include <array>
#include <atomic>
#include <sys/socket.h>
#include <thread>

namespace bvs::bench {

namespace {

constexpr std::uint16_t k_port = 7002;
constexpr std::size_t k_payload = 18;
constexpr std::size_t k_batch = 64;

// As many datagrams a system call as are there, all in the same few bytes.
class Batch {
  public:
    Batch() {
        for (auto &message : messages_)
            message.msg_hdr = {.msg_iov = &place_, .msg_iovlen = 1};
    }
    Batch(const Batch &) = delete;
    Batch &operator=(const Batch &) = delete;

    std::uint64_t send(int socket) {
        return counted(sendmmsg(socket, messages_.data(), k_batch, 0));
    }
    std::uint64_t receive(int socket) {
        return counted(recvmmsg(socket, messages_.data(), k_batch, MSG_WAITFORONE, nullptr));
    }

  private:
    static std::uint64_t counted(int messages) {
        return messages > 0 ? static_cast<std::uint64_t>(messages) : 0;
    }

    std::array<char, k_payload> bytes_ = {};
    iovec place_ = {.iov_base = bytes_.data(), .iov_len = bytes_.size()};
    std::array<mmsghdr, k_batch> messages_ = {};
};

Result<Descriptor> bound_socket(const std::string &netns, const sockaddr_in &address) {
    auto receiver = socket_in(netns, SOCK_DGRAM, 0);
    if (!receiver)
        return receiver;
    const int room = 4 << 20;
    setsockopt(receiver->get(), SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    // So that the counter looks up when nothing comes any more.
    const timeval patience = {.tv_sec = 0, .tv_usec = 50'000};
    setsockopt(receiver->get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (bind(receiver->get(), reinterpret_cast<const sockaddr *>(&address), sizeof address))
        return fail_errno(errno, "cannot bind in {}", netns);
    return receiver;
}

void receive_until(const std::atomic<bool> &done, int socket, std::atomic<std::uint64_t> &count) {
    if (!pin_to_cpu(1))
        return;
    Batch batch;
    while (!done)
        count += batch.receive(socket);
}

} // namespace

Result<std::string> small_packets(const SmallPacketsOptions &options) {
    const auto address = address_of(options.address, k_port);
    if (!address)
        return std::unexpected(address.error());
    const auto receiver = bound_socket(options.to, *address);
    if (!receiver)
        return std::unexpected(receiver.error());
    const auto sender = socket_in(options.from, SOCK_DGRAM, 0);
    if (!sender)
        return std::unexpected(sender.error());
    if (connect(sender->get(), reinterpret_cast<const sockaddr *>(&*address), sizeof *address))
        return fail_errno(errno, "cannot send from {} to {}", options.from, options.address);
    if (auto pinned = pin_to_cpu(0); !pinned)
        return std::unexpected(pinned.error());

    std::atomic<bool> done = false;
    std::atomic<std::uint64_t> received = 0;
    std::jthread counter(receive_until, std::cref(done), receiver->get(), std::ref(received));
    std::uint64_t sent = 0;
    Batch batch;
    const double begin = monotonic_seconds();
    while (monotonic_seconds() < begin + options.seconds)
        sent += batch.send(sender->get());
    const double seconds = monotonic_seconds() - begin;
    const std::uint64_t arrived = received;
    done = true;
    return fmt::format(R"({{"sent_per_second": {:.0f}, "received_per_second": {:.0f}}})",
                       static_cast<double>(sent) / seconds, static_cast<double>(arrived) / seconds);
}

} // namespace bvs::bench
