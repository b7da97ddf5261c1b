// SPDX-License-Identifier: Apache-2.0
// What a process can still get, from made-up files of the system. Truth: cgroups(7), proc(5), the
// kernel's documents on both versions of control groups; expected numbers are sums of the rows.
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <sys/resource.h>

#include <limits>

#include "core/base/memory.h"

using namespace vitrine;

namespace {

using Files = QMap<QString, QByteArray>;  // path below the root, contents

constexpr int64_t kilobyte = 1024;
const QByteArray machine = "MemTotal: 900 kB\nMemFree: 10 kB\nMemAvailable: 800 kB\n";

QByteArray limits(const char* addressSpace, const char* data) {
    return QByteArray("Limit  Soft Limit  Hard Limit  Units\n") + "Max data size             " +
           data + "            unlimited            bytes\nMax address space         " +
           addressSpace + "            unlimited            bytes\n";
}

}  // namespace

class MemoryTest : public QObject {
    Q_OBJECT

  private slots:
    void asksEverybodyWhoSetsALimit_data() {
        QTest::addColumn<Files>("files");
        QTest::addColumn<qint64>("expected");
        const auto row = [](const char* name, const Files& files, qint64 expected) {
            QTest::newRow(name) << files << expected;
        };
        const QByteArray used = "Name: x\nVmPeak: 9 kB\nVmSize:\t     100 kB\nVmData:\t 30 kB\n";
        row("nothing is said", {}, std::numeric_limits<int64_t>::max());
        row("the machine", {{"proc/meminfo", machine}}, 800 * kilobyte);
        row("address space",
            {{"proc/meminfo", machine},
             {"proc/self/status", used},
             {"proc/self/limits", limits("307200", "unlimited")}},
            200 * kilobyte);
        row("data",
            {{"proc/meminfo", machine},
             {"proc/self/status", used},
             {"proc/self/limits", limits("unlimited", "40960")}},
            10 * kilobyte);
        row("over the limit already",
            {{"proc/self/status", used}, {"proc/self/limits", limits("1024", "unlimited")}}, 0);
        row("no limits",
            {{"proc/meminfo", machine},
             {"proc/self/status", used},
             {"proc/self/limits", limits("unlimited", "unlimited")}},
            800 * kilobyte);

        const Files group{{"proc/meminfo", machine},
                          {"proc/self/cgroup", "0::/a/b\n"},
                          {"sys/fs/cgroup/a/b/memory.max", "500000\n"},
                          {"sys/fs/cgroup/a/b/memory.current", "400000\n"},
                          {"sys/fs/cgroup/a/memory.max", "max\n"},
                          {"sys/fs/cgroup/a/memory.current", "450000\n"}};
        row("a group", group, 100000);
        Files around = group;
        around["sys/fs/cgroup/a/memory.max"] = "460000\n";
        row("the group around it", around, 10000);
        Files cached = group;
        cached["sys/fs/cgroup/a/b/memory.stat"] =
            "anon 1\nfile 9\ninactive_file 50000\nactive_file 7000\n";
        row("caches of files count as free", cached, 157000);
        Files open = group;
        open["sys/fs/cgroup/a/b/memory.max"] = "max\n";
        row("a group without a limit", open, 800 * kilobyte);
        row("a container, whose own group is its root",
            {{"proc/meminfo", machine},
             {"proc/self/cgroup", "0::/\n"},
             {"sys/fs/cgroup/memory.max", "300000\n"},
             {"sys/fs/cgroup/memory.current", "100000\n"}},
            200000);
        row("a group outside of the container's",
            {{"proc/self/cgroup", "0::/../../other\n"},
             {"sys/fs/cgroup/memory.max", "300000\n"},
             {"sys/fs/cgroup/memory.current", "100000\n"}},
            200000);
        const Files first{
            {"proc/meminfo", machine},
            {"proc/self/cgroup", "9:cpu,cpuacct:/x\n4:memory:/docker/7\n0::/y\n"},
            {"sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"},
            {"sys/fs/cgroup/memory/memory.usage_in_bytes", "5\n"},
            {"sys/fs/cgroup/memory/docker/7/memory.limit_in_bytes", "250000\n"},
            {"sys/fs/cgroup/memory/docker/7/memory.usage_in_bytes", "90000\n"},
            {"sys/fs/cgroup/memory/docker/7/memory.stat",
             "inactive_file 3\ntotal_inactive_file 30000\ntotal_active_file 10000\n"}};
        row("version 1", first, 200000);
        row("damaged files",
            {{"proc/meminfo", machine},
             {"proc/self/cgroup", "nonsense\n::\n0\n0::/a\n"},
             {"sys/fs/cgroup/a/memory.max", "-7\n"},
             {"sys/fs/cgroup/a/memory.current", ""},
             {"proc/self/limits", "Max address space"},
             {"proc/self/status", "VmSize: many kB\n"}},
            800 * kilobyte);
    }
    void asksEverybodyWhoSetsALimit() {
        QFETCH(Files, files);
        QTemporaryDir root;
        for (auto file = files.cbegin(); file != files.cend(); ++file) {
            const QString path = root.filePath(file.key());
            QVERIFY(QDir().mkpath(QFileInfo(path).path()));
            QFile out(path);
            QVERIFY(out.open(QIODevice::WriteOnly) && out.write(file.value()) >= 0);
        }
        QTEST(qint64{availableMemory(root.path().toStdString())}, "expected");
    }

    void asksThisProcess() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        QSKIP("sanitizers take terabytes of address space");
#endif
        const int64_t before = availableMemory();
        QVERIFY(before > 0 && before < std::numeric_limits<int64_t>::max());
        rlimit old{};
        QVERIFY(getrlimit(RLIMIT_AS, &old) == 0);
        const rlimit little{rlim_t{2'000'000'000}, old.rlim_max};
        QVERIFY(setrlimit(RLIMIT_AS, &little) == 0);
        const int64_t limited = availableMemory();
        const auto refused = tryAllocate(2'100'000'000);
        QVERIFY(setrlimit(RLIMIT_AS, &old) == 0);
        QVERIFY(limited < 2'000'000'000);
        QVERIFY(!refused);
    }
};

QTEST_APPLESS_MAIN(MemoryTest)
#include "tst_memory.moc"
