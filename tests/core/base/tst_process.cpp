// SPDX-License-Identifier: Apache-2.0
// Standard descriptors, broken pipes and signals, each in a child process of its own. Truth: POSIX:
// open() takes the lowest free number; a process's wait status tells exit and signal apart.
#include <QtTest/QtTest>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <thread>

#include "core/base/process.h"

using namespace vitrine;

namespace {

/// The wait status of a child that does `work` and ends with what it returns.
template <class Work>
int statusOfChild(Work work) {
    const pid_t child = fork();
    if (child == 0) _exit(work());
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

/// Exit status of that child; −1 where a signal ended it.
template <class Work>
int exitOfChild(Work work) {
    const int status = statusOfChild(work);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

volatile sig_atomic_t asked = 0;
void ask() { asked = asked + 1; }

/// ThreadSanitizer hands signals to a forked child later than the kernel does.
#ifdef __SANITIZE_THREAD__
constexpr bool keepsSignals = true;
#else
constexpr bool keepsSignals = false;
#endif

}  // namespace

class TestProcess : public QObject {
    Q_OBJECT

  private slots:
    void nextFileNeverTakesAStandardNumber_data() {
        QTest::addColumn<int>("closed");  // bit d: descriptor d is closed at the start
        for (int closed = 0; closed < 8; ++closed) QTest::addRow("closed %d", closed) << closed;
    }
    void nextFileNeverTakesAStandardNumber() {
        QFETCH(int, closed);
        QCOMPARE(exitOfChild([&] {
                     for (int descriptor = 0; descriptor < 3; ++descriptor)
                         if (closed >> descriptor & 1) close(descriptor);
                     openStandardDescriptors();
                     return open("/dev/null", O_RDONLY) > STDERR_FILENO ? 0 : 1;
                 }),
                 0);
    }

    void closedDescriptorsStillFail() {
        QCOMPARE(exitOfChild([] {
                     for (int descriptor = 0; descriptor < 3; ++descriptor) close(descriptor);
                     openStandardDescriptors();
                     char letter = 'a';
                     if (read(STDIN_FILENO, &letter, 1) != -1 || errno != EBADF) return 1;
                     if (write(STDOUT_FILENO, &letter, 1) != -1 || errno != EBADF) return 2;
                     return write(STDERR_FILENO, &letter, 1) == -1 && errno == EBADF ? 0 : 3;
                 }),
                 0);
    }

    void openDescriptorsAreLeftAlone() {
        int ends[2];
        QCOMPARE(pipe(ends), 0);
        QCOMPARE(exitOfChild([&] {
                     dup2(ends[1], STDOUT_FILENO);
                     close(STDERR_FILENO);
                     openStandardDescriptors();
                     return write(STDOUT_FILENO, "!", 1) == 1 ? 0 : 1;
                 }),
                 0);
        char letter = 0;
        QCOMPARE(read(ends[0], &letter, 1), ssize_t{1});
        QCOMPARE(letter, '!');
        close(ends[0]);
        close(ends[1]);
    }

    void brokenPipeIsAnError() {
        QCOMPARE(exitOfChild([] {
                     int ends[2];
                     if (pipe(ends) != 0) return 1;
                     close(ends[0]);
                     ignoreWriteSignals();
                     return write(ends[1], "!", 1) == -1 && errno == EPIPE ? 0 : 2;
                 }),
                 0);
    }

    void firstSignalAsksSecondEnds_data() {
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("second");
        QTest::newRow("INT, INT") << SIGINT << SIGINT;
        QTest::newRow("TERM, TERM") << SIGTERM << SIGTERM;
        QTest::newRow("HUP, HUP") << SIGHUP << SIGHUP;
        QTest::newRow("INT, TERM") << SIGINT << SIGTERM;
        QTest::newRow("HUP, INT") << SIGHUP << SIGINT;
    }
    void firstSignalAsksSecondEnds() {
        if (keepsSignals) QSKIP("ThreadSanitizer keeps signals from a forked child");
        QFETCH(int, first);
        QFETCH(int, second);
        QCOMPARE(exitOfChild([&] {
                     catchEndSignals(ask);
                     raise(first);
                     return static_cast<int>(asked);
                 }),
                 1);
        QCOMPARE(exitOfChild([&] {  // what comes at once is the same request
                     catchEndSignals(ask);
                     raise(first);
                     raise(second);
                     return static_cast<int>(asked);
                 }),
                 1);
        const int status = statusOfChild([&] {
            catchEndSignals(ask);
            raise(first);
            std::this_thread::sleep_for(std::chrono::milliseconds(1100));
            raise(second);
            return 0;
        });
        QVERIFY(WIFSIGNALED(status));
        QCOMPARE(WTERMSIG(status), second);
    }

    void hangUpStaysIgnoredUnderNohup() {
        if (keepsSignals) QSKIP("ThreadSanitizer keeps signals from a forked child");
        QCOMPARE(exitOfChild([] {
                     signal(SIGHUP, SIG_IGN);
                     catchEndSignals(ask);
                     raise(SIGHUP);
                     if (asked != 0) return 1;
                     raise(SIGTERM);
                     raise(SIGHUP);
                     return asked == 1 ? 0 : 2;
                 }),
                 0);
    }

    void interruptedCallsGoOn() {
        if (keepsSignals) QSKIP("ThreadSanitizer keeps signals from a forked child");
        QCOMPARE(exitOfChild([] {
                     catchEndSignals(ask);
                     int ends[2];
                     if (pipe(ends) != 0) return 1;
                     if (fork() == 0) {
                         kill(getppid(), SIGTERM);
                         _exit(write(ends[1], "!", 1) == 1 ? 0 : 1);
                     }
                     char letter = 0;
                     return read(ends[0], &letter, 1) == 1 && asked == 1 ? 0 : 2;
                 }),
                 0);
    }
};

QTEST_APPLESS_MAIN(TestProcess)
#include "tst_process.moc"
