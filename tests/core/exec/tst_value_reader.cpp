// SPDX-License-Identifier: Apache-2.0
// What the reader says is in memory, against the same step on a tape on which no two tensors share
// memory, run in step with it; what it copies, against numbers that were written by their logical
// index.
#include "core/exec/value_reader.h"

#include <cmath>
#include <cstring>

#include "core/graph/graph_text.h"
#include "core/tensor/element.h"
#include "tests/support/allocation_counter.h"
#include "tests/support/bytes_memory.h"
#include "tests/support/prepared_step.h"
#include "tests/support/random_graph.h"
#include "tests/support/small_run.h"

using namespace vitrine;

Q_DECLARE_METATYPE(vitrine::TensorType)

namespace {

bool sameBits(const std::vector<double>& a, const std::vector<double>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

/// First and last byte, relative to the arena.
struct Bytes {
    int64_t from = 0, to = 0;
    bool meets(const Bytes& other) const { return from < other.to && other.from < to; }
};

Bytes bytesOf(const Tape& tape, ValueId v) {
    const auto& storage = tape.storages[static_cast<size_t>(tape.value(v).storage)];
    return {tape.offsetOf(v), tape.offsetOf(v) + storage.block.bytes};
}

/// Has any of the entries after `made` and before `entry` written into the memory of a value?
bool isWrittenSince(const Tape& tape, ValueId v, int made, int entry) {
    const Bytes memory = bytesOf(tape, v);
    for (int i = made + 1; i < entry; ++i) {
        const TapeEntry& other = tape.entries[static_cast<size_t>(i)];
        const int64_t workspace = tape.workspaceOffset(other);
        if (workspace >= 0 && memory.meets({workspace, workspace + other.kernel.workspaceBytes}))
            return true;
        for (ValueId result : other.instr.out)
            if (!tape.value(result).isView && memory.meets(bytesOf(tape, result))) return true;
    }
    return false;
}

int64_t bytesFor(const TensorType& type) {
    return (type.offset + 2 * storageElements(type.shape, type.layout)) * sizeOf(type.dtype);
}

/// A tape with one input `x` and memory for it, all NaN where no element is.
struct OneValue {
    Tape tape;
    test::BytesMemory memory;

    explicit OneValue(const TensorType& type, bool isOnHost = true)
        : memory(bytesFor(type), std::byte{0xff}, isOnHost) {
        const int64_t bytes = memory.sizeBytes();
        tape.values.push_back({"x", type, 0, false});
        tape.storages.push_back({{bytes, 0, 0, 0}, false, false, 0, {0}});
        tape.inputs.push_back({"x", 0});
    }
    void fill() {
        for (int64_t i = 0; i < tape.values[0].type.shape.elements(); ++i)
            writeElement(tape, memory, 0, i, static_cast<double>(i % 100));
    }
    ValueSnapshot read(const ValueQuery& query) const {
        return readValue(tape, memory, query, 0, 0);
    }
};

TensorType typeOf(const Shape& shape, const Layout& layout, DType dtype = DType::F32) {
    TensorType type = TensorType::rowMajor(shape, dtype);
    type.layout = layout;
    return type;
}

QString reasonAt(const Tape& tape, ValueId value, int entry) {
    std::string reason;
    return isAlive(tape, value, entry, &reason) ? "alive" : QString::fromStdString(reason);
}

}  // namespace

class ValueReaderTest : public QObject {
    Q_OBJECT

  private slots:
    void whatIsAliveHoldsWhatUnsharedMemoryHolds_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<int>("batch");
        QTest::addRow("lanes") << QString::fromStdString(test::lanesNetwork()) << 5;
        QTest::addRow("residual") << QString::fromStdString(test::residualNetwork()) << 3;
        QTest::addRow("dropout") << QString::fromStdString(test::dropoutNetwork()) << 5;
        for (uint64_t seed = 1; seed <= 12; ++seed) {
            const test::RandomGraph random = test::randomGraph(seed);
            QTest::addRow("random graph %d", static_cast<int>(seed))
                << QString::fromStdString(random.text) << static_cast<int>(random.batch);
        }
    }
    void whatIsAliveHoldsWhatUnsharedMemoryHolds() {
        QFETCH(QString, network);
        QFETCH(int, batch);
        const Program program = test::trainingProgram(network.toStdString(), batch);
        StateLayout states;
        states.add(program);
        const auto shared = test::prepareStep(program, states, {}, 1);
        const auto apart = test::prepareStep(program, states, {.shareMemory = false}, 1);
        QVERIFY(shared.tape->extent.peakBytes < apart.tape->extent.peakBytes);
        std::vector<int> made(shared.tape->values.size(), -1);
        for (int entry = 0; entry < shared.executor->entries(); ++entry)
            for (ValueId v : shared.tape->entries[static_cast<size_t>(entry)].instr.out)
                made[static_cast<size_t>(v)] = entry;
        for (int entry = 0; entry <= shared.executor->entries(); ++entry) {
            for (size_t i = 0; i < shared.tape->values.size(); ++i) {
                const auto v = static_cast<ValueId>(i);
                std::string reason;
                const bool alive = isAlive(*shared.tape, v, entry, &reason);
                QCOMPARE(alive, reason.empty());
                const bool hasMemory = shared.tape->value(v).storage >= 0;
                QCOMPARE(alive, hasMemory && made[i] < entry &&
                                    !isWrittenSince(*shared.tape, v, made[i], entry));
                if (!alive) continue;
                QVERIFY(isAlive(*apart.tape, v, entry));
                QVERIFY2(sameBits(shared.executor->contents(v), apart.executor->contents(v)),
                         shared.tape->value(v).name.c_str());
            }
            if (entry == shared.executor->entries()) break;
            for (ValueId v : shared.tape->entries[static_cast<size_t>(entry)].instr.operands())
                QVERIFY2(isAlive(*shared.tape, v, entry), "an operand is there when it is read");
            shared.executor->runEntry(entry);
            apart.executor->runEntry(entry);
            for (ValueId v : shared.tape->entries[static_cast<size_t>(entry)].instr.out)
                QVERIFY2(isAlive(*shared.tape, v, entry + 1), "a result is there when it is made");
        }
        for (const NamedValue& output : shared.tape->outputs)
            QVERIFY(isAlive(*shared.tape, output.value, shared.executor->entries()));
    }

    void whereNothingIsSharedEverythingStaysThere() {
        const Program program = test::trainingProgram(test::residualNetwork(), 3);
        StateLayout states;
        states.add(program);
        const Tape tape = compileTape(program, states, {.shareMemory = false});
        const int end = static_cast<int>(tape.entries.size());
        for (int made = 0; made < end; ++made)
            for (ValueId v : tape.entries[static_cast<size_t>(made)].instr.out)
                for (int entry = 0; entry <= end; ++entry)
                    QCOMPARE(isAlive(tape, v, entry), entry > made);
    }

    void saysWhyAValueIsNotThere() {
        const Program program = test::trainingProgram(test::lanesNetwork(), 16);
        StateLayout states;
        states.add(program);
        const Tape tape = compileTape(program, states, {});
        const int end = static_cast<int>(tape.entries.size());
        const ValueId loss = tape.output("loss"), images = tape.input("x");
        QVERIFY(reasonAt(tape, loss, 0).startsWith("'cross_entropy' is not there yet: entry "));
        QVERIFY(reasonAt(tape, loss, 0).endsWith("(cross_entropy) makes it."));
        QCOMPARE(reasonAt(tape, images, 0), "alive");
        const auto hidden = std::find_if(tape.values.begin(), tape.values.end(),
                                         [](const TapeValue& v) { return v.name == "c1"; });
        const auto c1 = static_cast<ValueId>(hidden - tape.values.begin());
        QVERIFY(reasonAt(tape, c1, end).startsWith("'c1' never reaches memory: entry "));
        QVERIFY(reasonAt(tape, c1, end).contains("(conv2d) is fused with the relu that reads it"));
        const TapeState& weight = tape.states.front();
        QVERIFY(
            reasonAt(tape, weight.in, end).startsWith("'c1.weight' is no longer there: entry "));
        QVERIFY(reasonAt(tape, weight.in, end).contains("(sgd_update) wrote 'c1.weight.next'"));
        QCOMPARE(reasonAt(tape, weight.out, end), "alive");
        bool isOverwritten = false;
        for (ValueId v = 0; v < static_cast<ValueId>(tape.values.size()); ++v)
            isOverwritten =
                isOverwritten || reasonAt(tape, v, end).contains("it was last needed by entry ");
        QVERIFY(isOverwritten);
        QCOMPARE(reasonAt(tape, 100'000, 0), "The network has no value 100000.");
    }

    void copiesEveryLayoutAndType_data() {
        QTest::addColumn<TensorType>("type");
        const Layout plain, lanes{LayoutKind::Lanes, 0}, lanes2{LayoutKind::Lanes, 2};
        const Layout blocked{LayoutKind::Blocked, 0}, blocked1{LayoutKind::Blocked, 1};
        QTest::addRow("row-major") << typeOf({5, 3, 4, 6}, plain);
        QTest::addRow("lanes") << typeOf({33, 3, 4, 6}, lanes);
        QTest::addRow("lanes+2") << typeOf({5, 3, 4, 6}, lanes2);
        QTest::addRow("nChw16c") << typeOf({3, 20, 4, 6}, blocked);
        QTest::addRow("nChw16c+1") << typeOf({3, 20, 4, 6}, blocked1);
        Layout tiles{LayoutKind::Packed, 0}, bands{LayoutKind::Packed, 0};
        tiles.packing = {.widest = 6, .groups = 2, .filters = 7, .channels = 3, .taps = 24};
        bands.packing = {.transposed = true,
                         .block = 16,
                         .widest = 32,
                         .filters = 19,
                         .channels = 37,
                         .taps = 6};
        QTest::addRow("packed by tiles") << typeOf({14, 3, 4, 6}, tiles);
        QTest::addRow("packed by bands") << typeOf({19, 37, 2, 3}, bands);
        TensorType view = typeOf({4, 3, 5, 6}, plain);
        view.strides = Shape{1, 24, 72, 4};
        view.offset = 9;
        QTest::addRow("strided view") << view;
        for (DType dtype :
             {DType::F16, DType::BF16, DType::F32, DType::F64, DType::I32, DType::I64})
            QTest::addRow("%s", name(dtype).data()) << typeOf({5, 3, 4, 6}, lanes2, dtype);
    }
    void copiesEveryLayoutAndType() {
        QFETCH(TensorType, type);
        OneValue x(type);
        x.fill();
        const Shape& shape = type.shape;
        for (int64_t image : {int64_t{0}, shape[0] - 1})
            for (int64_t channel = -1; channel < shape[1]; ++channel) {
                const ValueSnapshot s = x.read({0, image, channel});
                QVERIFY(s.isAlive && s.reason.empty());
                QCOMPARE(s.planes, channel < 0 ? shape[1] : 1);
                QCOMPARE(s.rows, shape[2]);
                QCOMPARE(s.columns, shape[3]);
                const int64_t count = s.planes * s.rows * s.columns;
                QCOMPARE(static_cast<int64_t>(s.elements.size()), count);
                const int64_t first =
                    (image * shape[1] + std::max<int64_t>(channel, 0)) * s.rows * s.columns;
                for (int64_t i = 0; i < count; ++i)
                    QCOMPARE(s.elements[static_cast<size_t>(i)],
                             static_cast<float>((first + i) % 100));
                QCOMPARE(s.statistics.count, shape.elements());
                QCOMPARE(s.statistics.maximum, 99.0);
            }
    }

    void everyRankHasItsPicture_data() {
        QTest::addColumn<TensorType>("type");
        QTest::addColumn<QList<int>>("extents");  // planes, rows, columns
        const auto add = [](const Shape& shape, int planes, int rows, int columns) {
            QTest::addRow("%s", shape.text().c_str())
                << typeOf(shape, {}) << QList<int>{planes, rows, columns};
        };
        add({}, 1, 1, 1);
        add({7}, 1, 1, 7);
        add({3, 7}, 1, 3, 7);
        add({2, 3, 7}, 1, 3, 7);
        add({2, 5, 3, 7}, 5, 3, 7);
        add({2, 5, 4, 3, 7}, 20, 3, 7);
        add({2000, 3000}, 1, 1024, 1024);
        add({1, 100, 200, 200}, 26, 200, 200);
        add({0, 4}, 1, 0, 4);
    }
    void everyRankHasItsPicture() {
        QFETCH(TensorType, type);
        QFETCH(QList<int>, extents);
        OneValue x(type);
        x.fill();
        const ValueSnapshot s =
            x.read({.value = 0, .image = type.shape.rank() >= 3 ? type.shape[0] - 1 : 0});
        QCOMPARE((QList<int>{static_cast<int>(s.planes), static_cast<int>(s.rows),
                             static_cast<int>(s.columns)}),
                 extents);
        QCOMPARE(static_cast<int64_t>(s.elements.size()), s.planes * s.rows * s.columns);
        QVERIFY(s.elements.size() <= size_t{ValueSnapshot::largestCount});
        if (s.rows < 2) return;
        const int64_t perImage = type.shape.rank() >= 3 ? type.shape.elements() / type.shape[0] : 0;
        const int64_t first = type.shape.rank() >= 3 ? perImage * (type.shape[0] - 1) : 0;
        QCOMPARE(s.elements[static_cast<size_t>(s.columns)],
                 static_cast<float>((first + type.shape[type.shape.rank() - 1]) % 100));
    }

    void whatIsOutsideHasNoPicture() {
        OneValue x(typeOf({5, 3, 4, 6}, {}));
        x.fill();
        for (const ValueQuery query : {ValueQuery{0, 5, 0}, {0, -1, 0}, {0, 0, 3}}) {
            const ValueSnapshot s = x.read(query);
            QVERIFY(s.isAlive && s.elements.empty() && s.planes == 0 && !s.reason.empty());
            QCOMPARE(s.statistics.count, int64_t{360});
        }
        QVERIFY(!x.read({7, 0, 0}).isAlive);
    }

    void writesOneElementAndNoOther_data() { copiesEveryLayoutAndType_data(); }
    void writesOneElementAndNoOther() {
        QFETCH(TensorType, type);
        OneValue x(type);
        x.fill();
        const int64_t at = type.shape.elements() - 2;
        const std::vector<std::byte> before = x.memory.bytes;
        writeElement(x.tape, x.memory, 0, at, -7);
        QCOMPARE(readElement(x.tape, x.memory, 0, at), -7.0);
        const auto changed = std::mismatch(before.begin(), before.end(), x.memory.bytes.begin());
        const int64_t byte = changed.first - before.begin();
        QCOMPARE(byte / sizeOf(type.dtype), physicalIndexOf(type, at));
        writeElement(x.tape, x.memory, 0, at, static_cast<double>(at % 100));
        QVERIFY(x.memory.bytes == before);
    }

    void integersAreRoundedAndKeptInTheirRange() {
        OneValue whole(typeOf({1}, {}, DType::I32));
        const auto written = [&](double number) {
            writeElement(whole.tape, whole.memory, 0, 0, number);
            return readElement(whole.tape, whole.memory, 0, 0);
        };
        QCOMPARE(written(2.6), 3.0);
        QCOMPARE(written(1e20), 2147483647.0);
        QCOMPARE(written(-1e20), -2147483648.0);
        QCOMPARE(written(NAN), 0.0);
    }

    void findsTheFirstElementThatIsNotFinite_data() { copiesEveryLayoutAndType_data(); }
    void findsTheFirstElementThatIsNotFinite() {
        QFETCH(TensorType, type);
        OneValue x(type);
        x.fill();
        int64_t element = -1;
        QVERIFY(!firstNonFinite(x.tape, x.memory, 0, &element));
        if (!isFloat(type.dtype)) return;
        const int64_t count = type.shape.elements();
        writeElement(x.tape, x.memory, 0, count - 1, INFINITY);
        QVERIFY(firstNonFinite(x.tape, x.memory, 0, &element));
        QCOMPARE(element, count - 1);
        writeElement(x.tape, x.memory, 0, count / 3, NAN);
        QVERIFY(firstNonFinite(x.tape, x.memory, 0, &element));
        QCOMPARE(element, count / 3);
    }

    void aDeviceGivesTheSameAnswers_data() { copiesEveryLayoutAndType_data(); }
    void aDeviceGivesTheSameAnswers() {
        QFETCH(TensorType, type);
        OneValue host(type), device(type, false);
        const int64_t last = type.shape.elements() - 1;
        const auto same = [&] {
            const ValueSnapshot a = host.read({0, 0, -1}), b = device.read({0, 0, -1});
            const TensorScan scanned = scanValue(device.tape, device.memory, 0);
            int64_t first = -1, other = -1;
            const bool isBad = firstNonFinite(host.tape, host.memory, 0, &first);
            return a.elements == b.elements && a.statistics.norm == scanned.statistics.norm &&
                   a.statistics.count == b.statistics.count &&
                   a.histogram.counts == scanned.histogram.counts &&
                   isBad == firstNonFinite(device.tape, device.memory, 0, &other) &&
                   first == other &&
                   readElement(host.tape, host.memory, 0, last - 1) ==
                       readElement(device.tape, device.memory, 0, last - 1);
        };
        host.fill();
        device.fill();
        QVERIFY(host.memory.bytes == device.memory.bytes);
        QVERIFY(same());
        if (!isFloat(type.dtype)) return;
        writeElement(host.tape, host.memory, 0, last, INFINITY);
        writeElement(device.tape, device.memory, 0, last, INFINITY);
        QVERIFY(same());
    }

    void lookingForNonFiniteElementsAllocatesNothing() {
        if (!test::allocationCounterWorks()) QSKIP("sanitizers bring their own allocator");
        OneValue x(typeOf({21, 3, 4, 6}, {LayoutKind::Lanes, 1}));
        x.fill();
        writeElement(x.tape, x.memory, 0, 1000, NAN);
        const int64_t before = test::countedAllocations();
        test::armAllocationCounter();
        int64_t element = 0;
        const bool found = firstNonFinite(x.tape, x.memory, 0, &element);
        test::disarmAllocationCounter();
        QCOMPARE(test::countedAllocations() - before, int64_t{0});
        QVERIFY(found);
    }
};

QTEST_APPLESS_MAIN(ValueReaderTest)
#include "tst_value_reader.moc"
