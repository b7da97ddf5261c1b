// SPDX-License-Identifier: Apache-2.0
// Processes that the program starts for itself: what they are given, and how they ended.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace vitrine {

/// Of something that is open; closes what is not taken.
class Descriptor {
  public:
    explicit Descriptor(int number = -1) : m_number(number) {}
    ~Descriptor() { reset(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return m_number; }
    int take() { return std::exchange(m_number, -1); }
    void reset(int number = -1);

  private:
    int m_number;
};

/// Two ends that are joined; neither is there in programs that are started, unless it is given.
/// False: the system has no more, and errno says why.
bool makeSocketPair(Descriptor& one, Descriptor& other);
bool makePipe(Descriptor& toRead, Descriptor& toWrite);

struct ChildSetup {
    std::string path;
    std::vector<std::string> words;  ///< the first is the program's name
    /// Ours, and the number that it has there; in this order, so that none takes the number of one
    /// that is still to come. Standard output and error go nowhere.
    std::vector<std::pair<int, int>> descriptors;
    bool hasEnvironment = false;  ///< ours; else none
};

/// A process without terminal, in a group of its own (Ctrl-C is for the program, which may want one
/// more answer), no signals blocked. Gives errno where the system starts none.
int startChild(const ChildSetup& setup, pid_t& process);

/// Waits so long for it to end by itself, which says more than being killed; then kills it. Gives
/// what waitpid says of it. Once.
int endChild(pid_t process, std::chrono::milliseconds patience);

/// `signal 9 (Killed)`, `exit status 3`
std::string endText(int status);

}  // namespace vitrine
