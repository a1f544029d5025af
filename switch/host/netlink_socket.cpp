// SPDX-License-Identifier: Apache-2.0
#include "switch/host/netlink_socket.h"

#include "switch/host/attribute.h"

#include <linux/netlink.h>
#include <sys/socket.h>

namespace bvs::host {

namespace {

// The kernel fills at most 32 KiB of a dump into one datagram, and no single message about a link
// comes near that unless virtual functions are asked for.
constexpr std::size_t k_datagram = 64u << 10;

} // namespace

void NetlinkSocket::Close::operator()(mnl_socket *socket) const {
    mnl_socket_close(socket);
}

NetlinkSocket::NetlinkSocket(mnl_socket *socket) : socket_(socket), buffer_(k_datagram) {}

Result<NetlinkSocket> NetlinkSocket::open(bool blocking) {
    const int flags = SOCK_CLOEXEC | (blocking ? 0 : SOCK_NONBLOCK);
    mnl_socket *raw = mnl_socket_open2(NETLINK_ROUTE, flags);
    if (!raw)
        return fail_errno(errno, "cannot open a route netlink socket");
    NetlinkSocket socket(raw);
    if (mnl_socket_bind(raw, 0, MNL_SOCKET_AUTOPID) < 0)
        return fail_errno(errno, "cannot bind a route netlink socket");

    // Without them errors have no words, or repeat the request; both are merely less pleasant.
    int on = 1;
    mnl_socket_setsockopt(raw, NETLINK_EXT_ACK, &on, sizeof on);
    mnl_socket_setsockopt(raw, NETLINK_CAP_ACK, &on, sizeof on);
    return socket;
}

int NetlinkSocket::fd() const {
    return mnl_socket_get_fd(socket_.get());
}

std::uint32_t NetlinkSocket::port() const {
    return mnl_socket_get_portid(socket_.get());
}

Result<> NetlinkSocket::join(unsigned group) {
    int id = static_cast<int>(group);
    if (mnl_socket_setsockopt(socket_.get(), NETLINK_ADD_MEMBERSHIP, &id, sizeof id) < 0)
        return fail_errno(errno, "cannot join route netlink group {}", group);
    return {};
}

void NetlinkSocket::set_receive_buffer(std::size_t bytes) {
    const int size = static_cast<int>(bytes);
    if (setsockopt(fd(), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
        setsockopt(fd(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

Result<std::uint32_t> NetlinkSocket::send(nlmsghdr &request) {
    if (++sequence_ == 0)
        ++sequence_;
    request.nlmsg_seq = sequence_;
    request.nlmsg_pid = port();
    request.nlmsg_flags |= NLM_F_REQUEST;
    if (mnl_socket_sendto(socket_.get(), &request, request.nlmsg_len) < 0)
        return fail_errno(errno, "cannot send route netlink request {}", request.nlmsg_type);
    return sequence_;
}

Result<std::span<const std::byte>> NetlinkSocket::receive() {
    for (;;) {
        const auto length = mnl_socket_recvfrom(socket_.get(), buffer_.data(), buffer_.size());
        if (length >= 0)
            return std::span(buffer_).first(static_cast<std::size_t>(length));
        if (errno != EINTR)
            return fail_errno(errno, "cannot receive from route netlink");
    }
}

Result<> NetlinkSocket::exchange(nlmsghdr &request,
                                 const std::function<void(const nlmsghdr &)> &each,
                                 std::string_view what) {
    if ((request.nlmsg_flags & NLM_F_DUMP) != NLM_F_DUMP)
        request.nlmsg_flags |= NLM_F_ACK;
    const auto sequence = send(request);
    if (!sequence)
        return std::unexpected(sequence.error());

    for (;;) {
        const auto datagram = receive();
        if (!datagram)
            return std::unexpected(datagram.error());
        for (const nlmsghdr *message : split_messages(*datagram)) {
            if (message->nlmsg_seq != *sequence || message->nlmsg_pid != port())
                continue;
            if (message->nlmsg_type != NLMSG_ERROR && message->nlmsg_type != NLMSG_DONE) {
                each(*message);
                continue;
            }
            const auto [code, words] = decode_acknowledgement(*message);
            if (code == 0)
                return {};
            if (words.empty())
                return fail_errno(code, "cannot {}", what);
            return std::unexpected(
                Error{fmt::format("cannot {}: {} ({})", what, std::strerror(code), words), code});
        }
    }
}

std::vector<const nlmsghdr *> split_messages(std::span<const std::byte> datagram) {
    std::vector<const nlmsghdr *> messages;
    const auto *message = reinterpret_cast<const nlmsghdr *>(datagram.data());
    int left = static_cast<int>(datagram.size());
    while (mnl_nlmsg_ok(message, left)) {
        messages.push_back(message);
        message = mnl_nlmsg_next(message, &left);
    }
    return messages;
}

Acknowledgement decode_acknowledgement(const nlmsghdr &message) {
    const std::size_t length = mnl_nlmsg_get_payload_len(&message);
    int code = 0;
    if (length < sizeof code)
        return {EBADMSG, {}};
    std::memcpy(&code, mnl_nlmsg_get_payload(&message), sizeof code);

    Acknowledgement result{-code, {}};
    if (!(message.nlmsg_flags & NLM_F_ACK_TLVS))
        return result;

    // What follows: the failed request, only its header if "capped"; after the end of a dump none.
    std::size_t offset = sizeof code;
    if (message.nlmsg_type == NLMSG_ERROR) {
        if (length < sizeof(nlmsgerr))
            return result;
        const auto *error = static_cast<const nlmsgerr *>(mnl_nlmsg_get_payload(&message));
        offset = sizeof(nlmsgerr);
        if (!(message.nlmsg_flags & NLM_F_CAPPED))
            offset += mnl_nlmsg_get_payload_len(&error->msg);
    }
    if (offset > length)
        return result;
    for_each_attribute(message, offset, [&result](const nlattr *attribute) {
        if (mnl_attr_get_type(attribute) == NLMSGERR_ATTR_MSG)
            result.words = attribute_text(attribute);
    });
    return result;
}

} // namespace bvs::host
