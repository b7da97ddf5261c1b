// SPDX-License-Identifier: Apache-2.0
// Whether a look at all states finds what is not finite, on the host and on a device. Truth: where
// it was written.
#include "core/exec/state_watch.h"

#include <QtTest/QtTest>

#include <cmath>

#include "core/device/host_memory.h"
#include "core/tensor/element.h"
#include "tests/support/bytes_memory.h"
#include "tests/support/prepared_step.h"

using namespace vitrine;

namespace {

std::unique_ptr<Memory> memoryFor(const StateLayout& states, bool isOnHost) {
    if (isOnHost) return std::move(HostMemory::allocate(states.sizeBytes())).value();
    return std::make_unique<test::BytesMemory>(states.sizeBytes(), std::byte{0}, false);
}

}  // namespace

class StateWatchTest : public QObject {
    Q_OBJECT
  private slots:
    void findsWhatIsNotFinite_data() {
        QTest::addColumn<bool>("isOnHost");
        QTest::newRow("host") << true;
        QTest::newRow("device") << false;
    }
    void findsWhatIsNotFinite() {
        QFETCH(bool, isOnHost);
        StateLayout states;
        states.add(
            test::trainingProgram("x[1,8,8] -> conv2d(out_channels=3 kernel=3) as c -> "
                                  "batch_norm2d as b -> flatten -> linear(out_features=10) "
                                  "as f -> cross_entropy(labels)",
                                  4));
        const auto memory = memoryFor(states, isOnHost);
        initialiseStates(states, *memory, 3);
        Team team(2);
        StateWatch watch(states, DType::F32, *memory, team);
        QVERIFY(watch.allFinite());
        int looked = 0;
        for (const StateLayout::Item& item : states.items()) {
            if (item.dtype != DType::F32) continue;
            for (const float number : {NAN, -INFINITY}) {
                const int64_t at = item.offset + item.bytes() - sizeOf(item.dtype);
                float before = 0;
                QVERIFY(memory->read(at, std::as_writable_bytes(std::span(&before, 1))).ok());
                QVERIFY(memory->write(at, std::as_bytes(std::span(&number, 1))).ok());
                QVERIFY2(!watch.allFinite(), item.name.c_str());
                QVERIFY(memory->write(at, std::as_bytes(std::span(&before, 1))).ok());
                QVERIFY(watch.allFinite());
            }
            ++looked;
        }
        QVERIFY(looked >= 6);
    }
};

QTEST_GUILESS_MAIN(StateWatchTest)
#include "tst_state_watch.moc"
