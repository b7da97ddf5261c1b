// SPDX-License-Identifier: Apache-2.0
// Memory of the host and of a device, by the same rows; what trouble with a device comes to. Truth:
// bytes kept beside, and a device that says what it was asked and what is left of it.
#include "core/device/memory.h"

#include <QtTest/QtTest>

#include <algorithm>

#include "core/base/check_guard.h"
#include "core/base/rng.h"
#include "core/device/device_memory.h"
#include "core/device/host_memory.h"
#include "tests/support/host_device.h"

using namespace vitrine;
using kernels::DeviceStatus;
using Bytes = std::vector<std::byte>;

Q_DECLARE_METATYPE(vitrine::kernels::DeviceStatus)

namespace {

/// Memory of either kind, with its device where it has one.
struct Kept {
    std::unique_ptr<Device> device;
    std::unique_ptr<Memory> memory;
};

Kept memoryOf(const QString& kind, int64_t bytes) {
    Kept kept;
    if (kind == "host") {
        kept.memory = std::make_unique<HostMemory>(std::move(Arena::allocate(bytes)).value());
        return kept;
    }
    kept.device = std::move(Device::open(test::hostDeviceTable())).value();
    kept.memory = std::move(DeviceMemory::allocate(*kept.device, bytes)).value();
    return kept;
}

Bytes randomBytes(int64_t count, uint64_t seed) {
    Rng rng(seed, RngStream::Test);
    Bytes bytes(static_cast<size_t>(count));
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(rng.uniform(0, 256));
    return bytes;
}

Bytes contentsOf(const Memory& memory, int64_t at, int64_t bytes) {
    Bytes contents(static_cast<size_t>(bytes), std::byte{0x5a});
    const Result<void> read = memory.read(at, contents);
    return read.ok() ? contents : Bytes{};
}

void kindRows() {
    QTest::addColumn<QString>("kind");
    QTest::newRow("host") << "host";
    QTest::newRow("device") << "device";
}

QString codeOf(const Result<void>& result) {
    return result.ok() ? QString() : QString::fromStdString(result.error().code);
}

/// All that memory of a device can be asked, until something goes wrong.
Result<void> useDevice() {
    Result<std::unique_ptr<Device>> device = Device::open(test::hostDeviceTable());
    if (!device.ok()) return device.error();
    Result<std::unique_ptr<DeviceMemory>> memory = DeviceMemory::allocate(**device, 4096);
    if (!memory.ok()) return memory.error();
    Bytes bytes(512, std::byte{7});
    VITRINE_TRY((*memory)->write(0, bytes));
    VITRINE_TRY((*memory)->copy(0, 1024, 512));
    VITRINE_TRY((*memory)->fill(256, 64, std::byte{3}));
    VITRINE_TRY((*memory)->read(1024, bytes));
    return (*device)->wait();
}

}  // namespace

class TestMemory : public QObject {
    Q_OBJECT
  private slots:
    void init() { test::newHostDevice(); }

    void startsWithZeros_data() { kindRows(); }
    void startsWithZeros();
    void givesBackWhatWasWritten_data();
    void givesBackWhatWasWritten();
    void takesBytesAsTheyWereWhenWritten_data() { kindRows(); }
    void takesBytesAsTheyWereWhenWritten();
    void copiesAndFillsInTheOrderOfTheCalls_data() { kindRows(); }
    void copiesAndFillsInTheOrderOfTheCalls();
    void stopsWhatReachesPastTheEnd_data() { kindRows(); }
    void stopsWhatReachesPastTheEnd();
    void stopsCopiesThatOverlap_data() { kindRows(); }
    void stopsCopiesThatOverlap();
    void nothingIsMovedAtTheEnd_data() { kindRows(); }
    void nothingIsMovedAtTheEnd();
    void showsItsBytes_data() { kindRows(); }
    void showsItsBytes();
    void copiesFromOneIntoAnother_data();
    void copiesFromOneIntoAnother();
    void looksInPlaceOnTheHostAndAtACopyOfADevices();
    void onlyTheHostsLiesOnTheHost();
    void asksForNothingWhereNothingIsMoved();
    void tellsOfNoRoomAndGoesOn();
    void tellsWhereThereIsNoDevice();
    void everyTroubleIsAnErrorAndLeavesNothing_data();
    void everyTroubleIsAnErrorAndLeavesNothing();
    void asksNothingOfALostDevice();
    void graphsGoWithTheirOwners();
};

void TestMemory::startsWithZeros() {
    QFETCH(QString, kind);
    const Kept kept = memoryOf(kind, 1000);
    QVERIFY(kept.memory->sizeBytes() >= 1000);
    QCOMPARE(kept.memory->sizeBytes() % 256, int64_t{0});
    const int64_t size = kept.memory->sizeBytes();
    QVERIFY(contentsOf(*kept.memory, 0, size) == Bytes(static_cast<size_t>(size)));
}

void TestMemory::givesBackWhatWasWritten_data() {
    QTest::addColumn<QString>("kind");
    QTest::addColumn<int64_t>("at");
    QTest::addColumn<int64_t>("bytes");
    constexpr std::pair<int64_t, int64_t> pieces[] = {{0, 1},       {3, 5},         {255, 2},
                                                      {4096, 4096}, {1, 1'000'000}, {1'000'000, 0}};
    for (const QString kind : {"host", "device"})
        for (const auto& [at, bytes] : pieces)
            QTest::newRow(qPrintable(QString("%1 %2 at %3").arg(kind).arg(bytes).arg(at)))
                << kind << at << bytes;
}

void TestMemory::givesBackWhatWasWritten() {
    QFETCH(QString, kind);
    QFETCH(int64_t, at);
    QFETCH(int64_t, bytes);
    const Kept kept = memoryOf(kind, 1'048'576);
    const int64_t size = kept.memory->sizeBytes();
    Bytes expected(static_cast<size_t>(size));
    const Bytes written = randomBytes(bytes, 11);
    std::copy(written.begin(), written.end(), expected.begin() + at);
    QVERIFY(kept.memory->write(at, written).ok());
    QVERIFY(contentsOf(*kept.memory, 0, size) == expected);
    QVERIFY(contentsOf(*kept.memory, at, bytes) == written);
}

void TestMemory::takesBytesAsTheyWereWhenWritten() {
    QFETCH(QString, kind);
    const Kept kept = memoryOf(kind, 64);
    Bytes bytes(16, std::byte{1});
    QVERIFY(kept.memory->write(0, bytes).ok());
    std::ranges::fill(bytes, std::byte{2});
    QVERIFY(contentsOf(*kept.memory, 0, 16) == Bytes(16, std::byte{1}));
}

void TestMemory::copiesAndFillsInTheOrderOfTheCalls() {
    QFETCH(QString, kind);
    const Kept kept = memoryOf(kind, 64);
    Memory& memory = *kept.memory;
    QVERIFY(memory.fill(0, 8, std::byte{1}).ok());
    QVERIFY(memory.copy(0, 8, 8).ok());
    QVERIFY(memory.fill(0, 4).ok());
    QVERIFY(memory.copy(8, 16, 4).ok());
    QVERIFY(memory.fill(8, 2, std::byte{2}).ok());
    Bytes expected(64);
    std::fill_n(expected.begin() + 4, 16, std::byte{1});
    std::fill_n(expected.begin() + 8, 2, std::byte{2});
    QVERIFY(contentsOf(memory, 0, 64) == expected);
}

void TestMemory::stopsWhatReachesPastTheEnd() {
    QFETCH(QString, kind);
    const Kept kept = memoryOf(kind, 256);
    Memory& memory = *kept.memory;
    const int64_t size = memory.sizeBytes();
    Bytes bytes(8);
    const CheckGuard guard;
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(memory.write(size - 7, bytes)), CheckFailed);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(memory.read(-1, bytes)), CheckFailed);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(memory.fill(size, 1)), CheckFailed);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(memory.fill(0, -1)), CheckFailed);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(memory.copy(0, size - 4, 8)), CheckFailed);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(memory.copy(size - 4, 0, 8)), CheckFailed);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(memory.read(INT64_MAX - 2, bytes)), CheckFailed);
    QVERIFY(contentsOf(memory, 0, size) == Bytes(static_cast<size_t>(size)));
}

void TestMemory::stopsCopiesThatOverlap() {
    QFETCH(QString, kind);
    const Kept kept = memoryOf(kind, 256);
    const CheckGuard guard;
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(kept.memory->copy(0, 7, 8)), CheckFailed);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(kept.memory->copy(7, 0, 8)), CheckFailed);
    QVERIFY(kept.memory->copy(0, 8, 8).ok());
    QVERIFY(kept.memory->copy(8, 0, 8).ok());
}

void TestMemory::nothingIsMovedAtTheEnd() {
    QFETCH(QString, kind);
    const Kept kept = memoryOf(kind, 256);
    const int64_t size = kept.memory->sizeBytes();
    QVERIFY(kept.memory->write(size, {}).ok());
    QVERIFY(kept.memory->read(size, {}).ok());
    QVERIFY(kept.memory->copy(size, size, 0).ok());
    QVERIFY(kept.memory->fill(size, 0).ok());
}

void TestMemory::showsItsBytes() {
    QFETCH(QString, kind);
    const Kept kept = memoryOf(kind, 1024);
    const Bytes written = randomBytes(1024, 5);
    QVERIFY(kept.memory->write(0, written).ok());
    for (const auto& [at, bytes] : {std::pair(0, 1024), {3, 77}, {1023, 1}, {1024, 0}}) {
        Result<HostView> found = kept.memory->view(at, bytes);
        QVERIFY(found.ok());
        const HostView view = std::move(found).value();
        QVERIFY(std::ranges::equal(view.bytes(), std::span(written).subspan(at, bytes)));
        QVERIFY(bytes == 0 || view.data() == view.bytes().data());
    }
    const CheckGuard guard;
    const int64_t size = kept.memory->sizeBytes();
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(kept.memory->view(size, 1)), CheckFailed);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(kept.memory->view(-1, 1)), CheckFailed);
}

void TestMemory::copiesFromOneIntoAnother_data() {
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    for (const QString from : {"host", "device"})
        for (const QString to : {"host", "device"})
            QTest::newRow(qPrintable(from + " to " + to)) << from << to;
}

void TestMemory::copiesFromOneIntoAnother() {
    QFETCH(QString, from);
    QFETCH(QString, to);
    const Kept one = memoryOf(from, 512), other = memoryOf(to, 512);
    const Bytes written = randomBytes(512, 6);
    QVERIFY(one.memory->write(0, written).ok());
    QVERIFY(copyBetween(*one.memory, 100, *other.memory, 7, 300).ok());
    Bytes expected(512);
    std::copy_n(written.begin() + 100, 300, expected.begin() + 7);
    QVERIFY(contentsOf(*other.memory, 0, 512) == expected);
    QVERIFY(contentsOf(*one.memory, 0, 512) == written);
}

void TestMemory::looksInPlaceOnTheHostAndAtACopyOfADevices() {
    const Kept host = memoryOf("host", 64);
    const Result<HostView> there = host.memory->view(8, 8);
    QVERIFY(there.ok() && there->data() == host.memory->host() + 8);
    test::HostDevice& counted = test::newHostDevice();
    const Kept device = memoryOf("device", 64);
    const Result<HostView> copy = device.memory->view(8, 8);
    QVERIFY(copy.ok() && device.memory->fill(0, 64, std::byte{1}).ok());
    QVERIFY(std::ranges::count(copy->bytes(), std::byte{0}) == 8);
    counted.failAt = counted.count;
    counted.failure = DeviceStatus::Failed;
    const Result<HostView> none = device.memory->view(8, 8);
    QVERIFY(!none.ok());
    QCOMPARE(none.error().code, "H04");
}

void TestMemory::onlyTheHostsLiesOnTheHost() {
    const Kept host = memoryOf("host", 64);
    QVERIFY(host.memory->write(0, Bytes(1, std::byte{9})).ok());
    QVERIFY(host.memory->host() && *host.memory->host() == std::byte{9});
    QVERIFY(!memoryOf("device", 64).memory->host());
}

void TestMemory::asksForNothingWhereNothingIsMoved() {
    test::HostDevice& host = test::newHostDevice();
    const Kept kept = memoryOf("device", 64);
    const size_t calls = host.calls.size();
    QVERIFY(kept.memory->write(0, {}).ok() && kept.memory->read(0, {}).ok());
    QVERIFY(kept.memory->fill(0, 0).ok() && kept.memory->copy(0, 1, 0).ok());
    QCOMPARE(host.calls.size(), calls);
}

void TestMemory::tellsOfNoRoomAndGoesOn() {
    test::newHostDevice().memoryBytes = 4096;
    const auto device = std::move(Device::open(test::hostDeviceTable())).value();
    const auto most = DeviceMemory::allocate(*device, 4097);
    QVERIFY(!most.ok());
    QCOMPARE(most.error().code, "H03");
    QVERIFY2(most.error().message.starts_with("host device, allocating 1 MB of "),
             most.error().message.c_str());
    QVERIFY(!device->isLost());
    QVERIFY(DeviceMemory::allocate(*device, 4096).ok());
    QVERIFY(DeviceMemory::allocate(*device, 4096).ok());  // the one before was given back
}

void TestMemory::tellsWhereThereIsNoDevice() {
    test::newHostDevice().devices = 0;
    const auto none = Device::open(test::hostDeviceTable());
    QVERIFY(!none.ok());
    QCOMPARE(none.error().code, "H05");
    QCOMPARE(none.error().message, "host, looking for devices: no device is there");
    test::newHostDevice();
    for (const int index : {-1, 1}) {
        const auto other = Device::open(test::hostDeviceTable(), index);
        QVERIFY(!other.ok());
        QCOMPARE(other.error().code, "H05");
    }
}

void TestMemory::everyTroubleIsAnErrorAndLeavesNothing_data() {
    QTest::addColumn<DeviceStatus>("status");
    QTest::addColumn<QString>("code");
    QTest::newRow("no room") << DeviceStatus::OutOfMemory << "H03";
    QTest::newRow("failed") << DeviceStatus::Failed << "H04";
    QTest::newRow("lost") << DeviceStatus::Lost << "H04";
    QTest::newRow("no device") << DeviceStatus::NoDevice << "H05";
}

void TestMemory::everyTroubleIsAnErrorAndLeavesNothing() {
    QFETCH(DeviceStatus, status);
    QFETCH(QString, code);
    test::HostDevice& host = test::newHostDevice();
    QVERIFY(useDevice().ok());
    QVERIFY(host.isClean());
    const int all = host.count;
    QCOMPARE(all, 9);
    for (int k = 0; k < all; ++k) {
        test::newHostDevice();
        host.failAt = k;
        host.failure = status;
        const Result<void> used = useDevice();
        QCOMPARE(codeOf(used), code);
        QVERIFY(used.error().message.find("planned trouble") != std::string::npos);
        QCOMPARE(host.count, k + 1);
        QCOMPARE(host.callsAfterLoss, 0);
        if (status != DeviceStatus::Lost) QVERIFY(host.isClean());
    }
}

void TestMemory::asksNothingOfALostDevice() {
    test::HostDevice& host = test::newHostDevice();
    const auto device = std::move(Device::open(test::hostDeviceTable())).value();
    const auto memory = std::move(DeviceMemory::allocate(*device, 256)).value();
    host.failAt = host.count;
    host.failure = DeviceStatus::Lost;
    const Result<void> first = device->wait();
    const Result<void> later = memory->fill(0, 1);
    QCOMPARE(codeOf(first), "H04");
    QCOMPARE(codeOf(later), "H04");
    QCOMPARE(later.error().message, first.error().message);
    QVERIFY(device->isLost());
    QVERIFY(!device->beginCapture().ok() && !device->bind({}, 256).ok());
    QCOMPARE(host.callsAfterLoss, 0);
}

void TestMemory::graphsGoWithTheirOwners() {
    test::HostDevice& host = test::newHostDevice();
    const auto device = std::move(Device::open(test::hostDeviceTable())).value();
    {
        QVERIFY(device->beginCapture().ok());
        StreamGraph first = std::move(device->endCapture()).value();
        StreamGraph second = std::move(first);
        QVERIFY(!first.isThere() && second.isThere());
        QVERIFY(device->beginCapture().ok());
        second = std::move(device->endCapture()).value();
        QCOMPARE(host.graphs, 1);
        QVERIFY(device->launch(second).ok());
    }
    QCOMPARE(host.graphs, 0);
}

QTEST_APPLESS_MAIN(TestMemory)
#include "tst_memory.moc"
