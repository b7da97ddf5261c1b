// SPDX-License-Identifier: Apache-2.0
// What a confined process can still do, tried by children of this one that confine themselves as
// the decoder does.
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QtTest>

#include <cerrno>
#include <cstdio>
#include <functional>

#include "core/decode/program/limits.cpp"

using namespace vitrine::decode;

namespace {

/// The errno of what a confined child tries; 0: it succeeded; −1: it was killed.
int triedConfined(int descriptor, const std::function<bool()>& attempt) {
    const pid_t child = fork();
    if (child == 0) {
        confine(descriptor);
        errno = 0;
        const bool isDone = attempt();
        _exit(isDone ? 0 : errno);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool opens(const char* path, int flags) { return open(path, flags, 0600) >= 0; }

}  // namespace

class ConfinementTest : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() {
        if (!isConfined) QSKIP("sanitizers cannot be confined");
        if (prctl(PR_GET_SECCOMP) < 0) QSKIP("this kernel has no seccomp");
        QVERIFY(m_folder.isValid());
        for (const char* name : {"handed", "other"}) {
            QFile file(m_folder.filePath(name));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write("pixels");
        }
    }

    void aPictureDecoderCanDoNothingButAnswer_data() {
        QTest::addColumn<int>("attempt");
        for (size_t i = 0; i < std::size(attempts); ++i)
            QTest::newRow(attempts[i].name) << static_cast<int>(i);
    }
    void aPictureDecoderCanDoNothingButAnswer() {
        QFETCH(int, attempt);
        const int error = triedConfined(-1, attempts[attempt].make);
        QVERIFY2(error == EPERM || error == EACCES, qPrintable(QString::number(error)));
    }

    void itCanReadAndCompute() {
        int ends[2];
        QCOMPARE(pipe(ends), 0);
        QCOMPARE(triedConfined(-1,
                               [&] {
                                   std::vector<char> memory(100'000'000, 'x');
                                   char byte = memory[77];
                                   return write(ends[1], &byte, 1) == 1 &&
                                          read(ends[0], &byte, 1) == 1 && byte == 'x';
                               }),
                 0);
        close(ends[0]);
        close(ends[1]);
    }

    /// By a name of its descriptor, as the libraries want it; to read only; no other.
    void anArrayDecoderOpensItsFileAlone() {
        const QByteArray handed = QFile::encodeName(m_folder.filePath("handed")),
                         other = QFile::encodeName(m_folder.filePath("other"));
        const int descriptor = open(handed.constData(), O_RDONLY);
        const QByteArray name = "/proc/self/fd/" + QByteArray::number(descriptor);
        QCOMPARE(triedConfined(descriptor, [&] { return opens(name.constData(), O_RDONLY); }), 0);
        QCOMPARE(triedConfined(descriptor, [&] { return std::fopen(name.constData(), "rb"); }), 0);
        QCOMPARE(triedConfined(descriptor, [&] { return opens(name.constData(), O_RDWR); }), EPERM);
        const int error =
            triedConfined(descriptor, [&] { return opens(other.constData(), O_RDONLY); });
        // Where the kernel has no Landlock, other files can be opened to be read.
        if (syscall(SYS_landlock_create_ruleset, nullptr, 0, 1) > 0)
            QCOMPARE(error, EACCES);
        else
            QCOMPARE(error, 0);
        close(descriptor);
    }

  private:
    struct Attempt {
        const char* name;
        bool (*make)();
    };
    static constexpr Attempt attempts[] = {
        {"open a file to read", [] { return opens("/etc/hostname", O_RDONLY); }},
        {"open a file to write", [] { return opens("/tmp/vitrine", O_WRONLY | O_CREAT); }},
        {"list a folder", [] { return opens("/", O_RDONLY | O_DIRECTORY); }},
        // Nothing is there to be removed: who may look says so.
        {"remove a file", [] { return unlink("/tmp/vitrine") == 0 || errno == ENOENT; }},
        {"make a folder", [] { return mkdir("/tmp/vitrine", 0700) == 0; }},
        {"connect", [] { return socket(AF_INET, SOCK_STREAM, 0) >= 0; }},
        {"listen to the window system", [] { return socket(AF_UNIX, SOCK_STREAM, 0) >= 0; }},
        {"start a process", [] { return fork() >= 0; }},
        {"start a program",
         [] {
             char name[] = "true";
             char* words[] = {name, nullptr};
             return execv("/bin/true", words) == 0;
         }},
        {"end the program", [] { return kill(getppid(), 0) == 0; }},
        {"end a thread of the program",
         [] { return syscall(SYS_tgkill, getppid(), getppid(), 0) == 0; }},
        {"limit the program",
         [] {
             const rlimit none{0, 0};
             return prlimit(getppid(), RLIMIT_CPU, &none, nullptr) == 0;
         }},
        {"trace the program", [] { return syscall(SYS_ptrace, 16, getppid(), 0, 0) == 0; }},
    };
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(ConfinementTest)
#include "tst_confinement.moc"
