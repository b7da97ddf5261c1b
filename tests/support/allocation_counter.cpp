// SPDX-License-Identifier: Apache-2.0
// Stands in front of the C library's allocator: operator new goes through malloc, so one place sees
// all.
#include "tests/support/allocation_counter.h"

#include <atomic>
#include <cerrno>
#include <cstddef>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)

namespace vitrine::test {
bool allocationCounterWorks() { return false; }
void armAllocationCounter() {}
void disarmAllocationCounter() {}
int64_t countedAllocations() { return 0; }
}  // namespace vitrine::test

#else

namespace {
std::atomic<bool> armed{false};
std::atomic<int64_t> counted{0};
void count() {
    if (armed.load(std::memory_order_relaxed)) counted.fetch_add(1, std::memory_order_relaxed);
}
}  // namespace

extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t items, size_t size);
void* __libc_realloc(void* old, size_t size);
void* __libc_memalign(size_t alignment, size_t size);

void* malloc(size_t size) {
    count();
    return __libc_malloc(size);
}
void* calloc(size_t items, size_t size) {
    count();
    return __libc_calloc(items, size);
}
void* realloc(void* old, size_t size) {
    count();
    return __libc_realloc(old, size);
}
void* memalign(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}
int posix_memalign(void** result, size_t alignment, size_t size) {
    count();
    *result = __libc_memalign(alignment, size);
    return *result ? 0 : ENOMEM;
}
}

namespace vitrine::test {
bool allocationCounterWorks() { return true; }
void armAllocationCounter() { armed.store(true); }
void disarmAllocationCounter() { armed.store(false); }
int64_t countedAllocations() { return counted.load(); }
}  // namespace vitrine::test

#endif
