// SPDX-License-Identifier: Apache-2.0
// A signal handler may do almost nothing, so a thread waits for what it says.
#include "core/cli/ending.h"

#include <semaphore.h>

#include <atomic>
#include <cerrno>
#include <system_error>
#include <thread>

#include "core/base/process.h"

namespace vitrine::cli {

namespace {

// What a handler reaches, it reaches without arguments.
std::atomic<bool> asked{false};
sem_t came;
std::stop_source* source = nullptr;

void ask() {
    asked.store(true);
    sem_post(&came);
}

}  // namespace

void listenForEnding() {
    source = new std::stop_source;  // the thread may outlive main
    sem_init(&came, 0, 0);
    catchEndSignals(ask);
    try {
        std::thread([] {
            while (sem_wait(&came) != 0 && errno == EINTR) continue;
            source->request_stop();
        }).detach();
    } catch (const std::system_error&) {
        // Without it the loading of data does not hear of the signal, and training still does.
    }
}

bool isEnding() { return asked.load(); }

std::stop_token endingToken() { return source->get_token(); }

}  // namespace vitrine::cli
