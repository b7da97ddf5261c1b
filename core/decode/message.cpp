// SPDX-License-Identifier: Apache-2.0
// Requests, and descriptors that come along with them.
#include "core/decode/message.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace vitrine::decode {

namespace {

/// Room for one descriptor in a message.
struct Control {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> bytes{};
};

msghdr headerOf(iovec& part) {
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    return header;
}

void attach(msghdr& header, Control& control, int descriptor) {
    header.msg_control = control.bytes.data();
    header.msg_controllen = control.bytes.size();
    cmsghdr* const first = CMSG_FIRSTHDR(&header);
    first->cmsg_level = SOL_SOCKET;
    first->cmsg_type = SCM_RIGHTS;
    first->cmsg_len = CMSG_LEN(sizeof descriptor);
    std::memcpy(CMSG_DATA(first), &descriptor, sizeof descriptor);
}

}  // namespace

Passed sendRequest(int socket, const Request& request, int descriptor, const Patience& patience) {
    const auto bytes = std::as_bytes(std::span(&request, 1));
    if (descriptor < 0) return sendAll(socket, bytes, patience);
    iovec part{const_cast<Request*>(&request), 1};
    msghdr header = headerOf(part);
    Control control;
    attach(header, control, descriptor);
    if (const Passed ready = awaitSocket(socket, POLLOUT, patience); ready != Passed::All)
        return ready;
    if (sendmsg(socket, &header, MSG_NOSIGNAL) != 1) return Passed::Ended;
    return sendAll(socket, bytes.subspan(1), patience);
}

bool receiveRequest(int socket, Request& request, int& descriptor) {
    descriptor = -1;
    iovec part{&request, 1};
    msghdr header = headerOf(part);
    Control control;
    header.msg_control = control.bytes.data();
    header.msg_controllen = control.bytes.size();
    ssize_t got = 0;
    do got = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    if (got != 1) return false;
    const cmsghdr* const first = CMSG_FIRSTHDR(&header);
    if (first && first->cmsg_level == SOL_SOCKET && first->cmsg_type == SCM_RIGHTS)
        std::memcpy(&descriptor, CMSG_DATA(first), sizeof descriptor);
    const auto rest = std::as_writable_bytes(std::span(&request, 1)).subspan(1);
    return receiveAll(socket, rest, {}) == Passed::All;
}

}  // namespace vitrine::decode
