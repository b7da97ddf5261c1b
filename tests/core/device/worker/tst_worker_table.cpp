// SPDX-License-Identifier: Apache-2.0
// Devices that another process uses: they give what they give in this one, and whatever becomes of
// them there is an error here, after which a new one can be opened. Truth: the same device without
// a process between; what the device was told to do.
#include "core/device/worker/worker_table.h"

#include <sys/wait.h>
#include <QtTest/QtTest>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <thread>

#include "core/base/rng.h"
#include "core/device/device_memory.h"
#include "core/exec/stream_executor.h"
#include "core/opdef/builder.h"
#include "tests/support/counts.h"
#include "tests/support/host_device.h"

using namespace vitrine;
using namespace vitrine::worker;
using kernels::DeviceStatus;

namespace {

std::string beside(const std::string& name) {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
}

/// The process of this build, with the device of plain loops.
WorkerPlaces places(std::chrono::milliseconds patience = std::chrono::minutes(1)) {
    return {.programs = {beside("vitrine-device")},
            .libraries = {beside("libhost_library.so")},
            .patience = patience};
}

/// What the device is told, as long as this lives.
class Orders {
  public:
    Orders(int call, const std::string& kind) {
        setenv("VITRINE_TEST_DEVICE", (std::to_string(call) + " " + kind).c_str(), 1);
        endIdleWorker();
    }
    ~Orders() {
        unsetenv("VITRINE_TEST_DEVICE");
        endIdleWorker();
    }
    Orders(const Orders&) = delete;
    Orders& operator=(const Orders&) = delete;
};

std::vector<std::byte> noise(size_t count) {
    Rng rng(7, RngStream::Test);
    std::vector<std::byte> bytes(count);
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(rng.below(256));
    return bytes;
}

/// y = (x + w) · v and what it takes on a device.
struct Job {
    Program program;
    StateLayout states;
    Tape tape;
    std::unique_ptr<Device> device;
    std::unique_ptr<DeviceMemory> memory;
    std::unique_ptr<StreamExecutor> executor;

    Job() {
        Builder b(program, {});
        const ValueId x = b.addInput("x", {3, 4}, DType::F32);
        const ValueId w = b.addState("w", StateKind::Parameter, {3, 4}, DType::F32, {});
        const ValueId v = b.addState("v", StateKind::Parameter, {4, 5}, DType::F32, {});
        b.addOutput("y", b.emit("matmul", {b.add(x, w), v}));
        states.add(program);
        tape = compileTape(program, states, StreamExecutor::plainOptions());
    }

    Result<void> open(const kernels::DeviceTable& table) {
        auto opened = Device::open(table);
        if (!opened.ok()) return opened.error();
        device = std::move(opened).value();
        auto allocated = DeviceMemory::allocate(*device, tape.arenaBytes());
        if (!allocated.ok()) return allocated.error();
        memory = std::move(allocated).value();
        auto created = StreamExecutor::create(tape, *device, *memory);
        if (!created.ok()) return created.error();
        executor = std::move(created).value();
        return {};
    }
    Result<void> writeAll() {
        std::vector<float> numbers(static_cast<size_t>(tape.arenaBytes()) / sizeof(float));
        for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<float>(i % 7) - 3;
        return memory->write(0, std::as_bytes(std::span(numbers)));
    }
    /// Launched, then recorded, then run again from the recording.
    Result<std::vector<std::byte>> steps() {
        for (int step = 0; step < 20; ++step) {
            VITRINE_TRY(executor->run(0, executor->entries()));
            VITRINE_TRY(executor->wait());
        }
        std::vector<std::byte> result(60);
        VITRINE_TRY(memory->read(tape.offsetOf(tape.outputs[0].value), result));
        return result;
    }
    Result<std::vector<std::byte>> all(const kernels::DeviceTable& table) {
        VITRINE_TRY(open(table));
        VITRINE_TRY(writeAll());
        return steps();
    }
};

bool says(const Error& error, std::string_view what) {
    return error.message.find(what) != std::string::npos;
}

bool isGone(pid_t process) { return kill(process, 0) != 0 && errno == ESRCH; }

}  // namespace

class WorkerTableTest : public QObject {
    Q_OBJECT

  private slots:
    void init() { useWorkersOf(places()); }
    void cleanup() { useWorkersOf({}); }
    void cleanupTestCase() {
        test::printCount(m_points, "calls of a device that fail in its process are errors");
    }

    void itSaysWhatDevicesThereAre() {
        QCOMPARE(workerTable().deviceCount(), 1);
        kernels::DeviceInfo info;
        QCOMPARE(workerTable().describe(0, &info), DeviceStatus::Ok);
        QCOMPARE(info.name, std::string("host device"));
        QCOMPARE(info.architecture, std::string("loops"));
        QVERIFY(info.freeBytes > 0 && info.freeBytes <= info.memoryBytes);
    }

    void memoryKeepsWhatIsWritten_data() {
        QTest::addColumn<int>("bytes");
        for (const int bytes : {1, 4096, 4097, 4 << 20, (4 << 20) + 1, (20 << 20) + 3})
            QTest::addRow("%d bytes", bytes) << bytes;
    }
    void memoryKeepsWhatIsWritten() {
        QFETCH(int, bytes);
        auto device = std::move(Device::open(workerTable())).value();
        auto memory = std::move(DeviceMemory::allocate(*device, 2 * int64_t{bytes})).value();
        const std::vector<std::byte> sent = noise(static_cast<size_t>(bytes));
        QVERIFY(memory->write(0, sent).ok());
        QVERIFY(memory->copy(0, bytes, bytes).ok());
        QVERIFY(memory->fill(0, bytes, std::byte{9}).ok());
        std::vector<std::byte> first(sent.size()), second(sent.size());
        QVERIFY(memory->read(0, first).ok());
        QVERIFY(memory->read(bytes, second).ok());
        QVERIFY(second == sent);
        QVERIFY(std::ranges::all_of(first, [](std::byte b) { return b == std::byte{9}; }));
    }

    void stepsGiveTheSameBits() {
        test::newHostDevice();
        const auto here = Job().all(test::hostDeviceTable());
        const auto there = Job().all(workerTable());
        QVERIFY(here.ok());
        QVERIFY2(there.ok(), there.ok() ? "" : there.error().message.c_str());
        QVERIFY(*here == *there);
    }

    /// A launch of the host device takes a millisecond, by its own clock.
    void timesComeFromTheDevice_data() {
        QTest::addColumn<bool>("isElsewhere");
        QTest::newRow("in this process") << false;
        QTest::newRow("in another process") << true;
    }
    void timesComeFromTheDevice() {
        QFETCH(bool, isElsewhere);
        test::newHostDevice();
        Job job;
        QVERIFY(job.open(isElsewhere ? workerTable() : test::hostDeviceTable()).ok());
        QVERIFY(job.writeAll().ok());
        const int entries = job.executor->entries();
        std::vector<double> seconds(static_cast<size_t>(entries));
        const auto timed = [&](int first, int last) {
            job.executor->setTimed(true);
            QVERIFY(job.executor->run(first, last).ok());
            QVERIFY(job.executor->readTimes(seconds).ok());
            job.executor->setTimed(false);
        };
        timed(0, entries);  // the first time everything is loaded, which says nothing
        QCOMPARE(seconds, std::vector<double>(seconds.size(), 0));
        QVERIFY(job.writeAll().ok());
        const auto plain = job.steps();
        QVERIFY(plain.ok());
        QVERIFY(job.writeAll().ok());
        for (int step = 0; step < 20; ++step) {
            timed(0, entries);
            for (int i = 0; i < entries; ++i) {
                const bool isView = !job.executor->kernel(i).launch;
                QCOMPARE(seconds[static_cast<size_t>(i)], isView ? 0 : double{1e-3f});
            }
        }
        std::vector<std::byte> result(plain->size());
        QVERIFY(job.memory->read(job.tape.offsetOf(job.tape.outputs[0].value), result).ok());
        QVERIFY(result == *plain);
    }

    void aDeviceHasAProcessOfItsOwn() {
        kernels::DeviceContext* contexts[2] = {};
        for (auto*& context : contexts)
            QCOMPARE(workerTable().open(0, kernels::ProductFormat::F32, &context),
                     DeviceStatus::Ok);
        const pid_t first = processOf(contexts[0]), second = processOf(contexts[1]);
        QVERIFY(first != second);
        workerTable().close(contexts[0]);
        QVERIFY(isGone(first));
        QVERIFY(!isGone(second));
        QCOMPARE(workerTable().wait(contexts[1]), DeviceStatus::Ok);
        workerTable().close(contexts[1]);
        QVERIFY(isGone(second));
    }

    void theReasonForNoDeviceIsSaid() {
        const Orders orders(-1, std::to_string(static_cast<int>(DeviceStatus::NoDevice)));
        const auto none = Device::open(workerTable());
        QVERIFY(!none.ok());
        QCOMPARE(none.error().code, std::string("H05"));
        QVERIFY(says(none.error(), "no device is there"));
    }

    void noLibraryIsNoDevice() {
        WorkerPlaces without = places();
        without.libraries = {beside("libno_such_library.so")};
        useWorkersOf(without);
        const auto none = Device::open(workerTable());
        QVERIFY(!none.ok());
        QCOMPARE(none.error().code, std::string("H05"));
        QVERIFY(says(none.error(), "built without CUDA"));
    }

    void noProgramIsNoDevice() {
        WorkerPlaces without = places();
        without.programs = {beside("no-such-program")};
        useWorkersOf(without);
        const auto none = Device::open(workerTable());
        QVERIFY(!none.ok());
        QVERIFY(says(none.error(), "vitrine-device"));
    }

    /// Every call of a job fails in every way: an error says so, nothing hangs or is left, and the
    /// next job, with a process of its own, gives what it should.
    void troubleInAnyCallIsAnError_data() {
        QTest::addColumn<QString>("kind");
        QTest::addRow("out of memory")
            << QString::number(static_cast<int>(DeviceStatus::OutOfMemory));
        QTest::addRow("failed") << QString::number(static_cast<int>(DeviceStatus::Failed));
        QTest::addRow("lost") << QString::number(static_cast<int>(DeviceStatus::Lost));
        QTest::addRow("no device") << QString::number(static_cast<int>(DeviceStatus::NoDevice));
        QTest::addRow("crash") << "crash";
    }
    void troubleInAnyCallIsAnError() {
        QFETCH(QString, kind);
        int points = 0;
        for (int call = 0; call < 200; ++call) {
            const Orders orders(call, kind.toStdString());
            Job job;
            const auto result = job.all(workerTable());
            if (result.ok()) break;  // it has fewer calls
            ++points;
            const std::string& code = result.error().code;
            QVERIFY2(code == "H03" || code == "H04" || code == "H05", code.c_str());
            QCOMPARE(code == "H03", kind == QString::number(int(DeviceStatus::OutOfMemory)));
            if (kind == "crash") QVERIFY(says(result.error(), "signal 9"));
            if (job.device && job.device->isLost()) QVERIFY(!job.device->wait().ok());
        }
        QVERIFY(points >= 40 && points < 200);
        m_points += points;
        useWorkersOf(places());
        test::newHostDevice();
        QVERIFY(*Job().all(workerTable()) == *Job().all(test::hostDeviceTable()));
    }

    void aDeviceThatHangsIsGivenUp() {
        Job job;
        useWorkersOf(places(std::chrono::milliseconds(300)));
        const Orders orders(12, "hang");
        const auto result = job.all(workerTable());
        QVERIFY(!result.ok());
        QVERIFY2(says(result.error(), "has not answered"), result.error().message.c_str());
        QVERIFY(job.device->isLost());
    }

    /// By somebody who does not want to wait: at once, and a new one can be opened.
    void aSilentDeviceIsGivenUpWhenAsked() {
        QCOMPARE(longestSilence().count(), int64_t{0});
        Job job;
        QElapsedTimer sinceAsked;
        {
            const Orders orders(12, "hang");
            std::jthread person([&] {
                while (longestSilence() < std::chrono::milliseconds(200))
                    std::this_thread::sleep_for(std::chrono::milliseconds(5));
                giveUpSilent(std::chrono::minutes(1));  // has not been silent for so long
                std::this_thread::sleep_for(std::chrono::milliseconds(100));
                sinceAsked.start();
                giveUpSilent(std::chrono::milliseconds(200));
            });
            const auto result = job.all(workerTable());
            QVERIFY(!result.ok());
            QVERIFY2(says(result.error(), "its process was ended"), result.error().message.c_str());
        }
        QVERIFY(sinceAsked.isValid() && sinceAsked.elapsed() < 1000);
        QVERIFY(job.device->isLost());
        QCOMPARE(longestSilence().count(), int64_t{0});
        test::newHostDevice();
        QVERIFY(*Job().all(workerTable()) == *Job().all(test::hostDeviceTable()));
    }

    void aProcessThatIsKilledIsNoticed() {
        kernels::DeviceContext* context = nullptr;
        QCOMPARE(workerTable().open(0, kernels::ProductFormat::F32, &context), DeviceStatus::Ok);
        kill(processOf(context), SIGKILL);
        QCOMPARE(workerTable().wait(context), DeviceStatus::Lost);
        QVERIFY(QByteArray(workerTable().errorText()).contains("signal 9"));
        QCOMPARE(workerTable().wait(context), DeviceStatus::Lost);
        workerTable().close(context);
    }

    /// Of what a step costs here, beside what the device does.
    void aStepIsAskedForInMicroseconds() {
        Job job;
        QVERIFY(job.open(workerTable()).ok());
        QVERIFY(job.steps().ok());
        QBENCHMARK {
            QVERIFY(job.executor->run(0, job.executor->entries()).ok());
            QVERIFY(job.executor->wait().ok());
        }
    }

  private:
    int m_points = 0;
};

QTEST_APPLESS_MAIN(WorkerTableTest)
#include "tst_worker_table.moc"
