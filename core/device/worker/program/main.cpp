// SPDX-License-Identifier: Apache-2.0
// vitrine-device: uses a device for the program, so that what a device or its driver does to a
// process it does to this one. It is started by the program alone and ends with it.
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "core/device/worker/message.h"
#include "core/device/worker/service.h"

namespace {

using namespace vitrine;

/// A driver may keep a call for ever: the end of the program is noticed all the same.
void endWithProgram() {
    std::thread([] {
        pollfd socket{worker::socketDescriptor, 0, 0};
        while (poll(&socket, 1, -1) <= 0) {
        }
        usleep(500'000);  // what is being done may come to its end
        _exit(0);
    }).detach();
}

}  // namespace

/// The words are where the library with the kernels may lie.
int main(int count, char** words) {
    void* const shared = mmap(nullptr, worker::sharedBytes, PROT_READ | PROT_WRITE, MAP_SHARED,
                              worker::sharedDescriptor, 0);
    if (shared == MAP_FAILED) {
        std::fputs("vitrine-device is started by Vitrine.\n", stderr);
        return 2;
    }
    endWithProgram();
    const DeviceLibrary library =
        loadDeviceLibrary(std::vector<std::string>(words + 1, words + count));
    worker::serve(worker::socketDescriptor, {static_cast<std::byte*>(shared), worker::sharedBytes},
                  library);
    _exit(0);  // a driver that has lost its device may not come to an end
}
