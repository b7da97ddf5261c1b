// SPDX-License-Identifier: Apache-2.0
// The arena as rectangles. Truth: storages and plan of the tape, and the planner's promise that
// blocks alive together do not overlap.
#include "gui/models/arena_map.h"

#include <QtTest>

#include <set>

#include "gui/models/arena_text.h"
#include "tests/gui/support/made_tapes.h"

using namespace vitrine;
using namespace vitrine::gui;
using namespace vitrine::test;

namespace {

std::string_view noCategory(const std::string&) { return {}; }

}  // namespace

class TestArenaMap : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void blocksAliveTogetherNeverOverlap_data();
    void blocksAliveTogetherNeverOverlap();
    void everyValueInMemoryHasABlock_data();
    void everyValueInMemoryHasABlock();
    void peakIsTheLowerBound();
    void nothingIsAliveBeyondThePeak();
    void hitsWhatLiesThere();
    void viewsLieOnWhatTheyLookInto();
    void inPlaceResultsBeginWhereOperandsEnd();
    void statesAreApart();
    void categoriesComeFromTheDocument();
    void tellsPaddingAndLifetime();
    void emptyMapAnswers();

  private:
    ArenaMap m_lenet, m_resnet;
};

void TestArenaMap::initTestCase() {
    m_lenet = ArenaMap(tapeOfProject("digits_lenet"), noCategory);
    m_resnet = ArenaMap(tapeOfProject("cifar_small_resnet"), noCategory);
}

void TestArenaMap::blocksAliveTogetherNeverOverlap_data() {
    QTest::addColumn<bool>("resnet");
    QTest::newRow("digits_lenet") << false;
    QTest::newRow("cifar_small_resnet") << true;
}

void TestArenaMap::blocksAliveTogetherNeverOverlap() {
    QFETCH(bool, resnet);
    const ArenaMap& map = resnet ? m_resnet : m_lenet;
    for (int entry = 0; entry < map.entries(); ++entry) {
        std::vector<int> alive = map.aliveAt(entry);
        std::sort(alive.begin(), alive.end(),
                  [&](int a, int b) { return map.block(a).offset < map.block(b).offset; });
        for (size_t i = 1; i < alive.size(); ++i) {
            const ArenaBlock &below = map.block(alive[i - 1]), &above = map.block(alive[i]);
            QVERIFY2(below.offset + below.bytes <= above.offset, qPrintable(blockText(map, above)));
        }
    }
}

void TestArenaMap::everyValueInMemoryHasABlock_data() { blocksAliveTogetherNeverOverlap_data(); }

void TestArenaMap::everyValueInMemoryHasABlock() {
    QFETCH(bool, resnet);
    const ArenaMap& map = resnet ? m_resnet : m_lenet;
    const Tape& tape = *map.tape();
    for (size_t v = 0; v < tape.values.size(); ++v) {
        const int block = map.blockOf(static_cast<ValueId>(v));
        QCOMPARE(block >= 0, tape.values[v].storage >= 0);
        if (block >= 0) QCOMPARE(map.block(block).storage, tape.values[v].storage);
    }
}

void TestArenaMap::peakIsTheLowerBound() {
    // The bound counts whole cache lines.
    int64_t lines = 0;
    for (int index : m_lenet.aliveAt(m_lenet.peakEntry()))
        lines += (m_lenet.block(index).bytes + 63) / 64;
    QCOMPARE(lines * 64, m_lenet.tape()->extent.lowerBoundBytes);
}

void TestArenaMap::nothingIsAliveBeyondThePeak() {
    for (int entry = 0; entry < m_lenet.entries(); ++entry)
        QVERIFY(m_lenet.bytesAliveAt(entry) <= m_lenet.tape()->extent.lowerBoundBytes);
    for (const ArenaBlock& block : m_lenet.blocks())
        QVERIFY(block.offset + block.bytes <=
                (block.isState ? m_lenet.stateBytes() : m_lenet.stepBytes()));
}

void TestArenaMap::hitsWhatLiesThere() {
    for (int index : m_lenet.aliveAt(m_lenet.peakEntry())) {
        const ArenaBlock& block = m_lenet.block(index);
        const int last =
            m_lenet.blockAt(m_lenet.peakEntry(), block.offset + block.bytes - 1, false);
        QCOMPARE(m_lenet.block(last).storage, block.storage);
        QVERIFY(m_lenet.blockAt(block.last + 1, block.offset, false) != index);
    }
    QCOMPARE(m_lenet.blockAt(0, m_lenet.stepBytes(), false), -1);
}

void TestArenaMap::viewsLieOnWhatTheyLookInto() {
    const Tape& tape = *m_lenet.tape();
    const int reshape = firstEntryWith(tape, "reshape");
    const Instr& instr = tape.entries[static_cast<size_t>(reshape)].instr;
    const ArenaBlock& view = m_lenet.block(m_lenet.blockOf(instr.out[0]));
    const ArenaBlock& root = m_lenet.block(m_lenet.blockOf(instr.in[0]));
    QVERIFY(view.isView && !root.isView);
    QCOMPARE(view.offset, root.offset);
    QCOMPARE(view.first, reshape);
    QVERIFY(view.last > reshape && view.last <= root.last);
    // The topmost is hit.
    QCOMPARE(m_lenet.block(m_lenet.blockAt(reshape, view.offset, false)).value, instr.out[0]);
    QVERIFY(blockText(m_lenet, view).contains(QStringLiteral("view")));
}

void TestArenaMap::inPlaceResultsBeginWhereOperandsEnd() {
    std::set<int> storages;
    int pairs = 0;
    for (const TapeStorage& storage : m_resnet.tape()->storages) {
        if (storage.isState) continue;
        const ArenaBlock* before = nullptr;
        for (ValueId value : storage.values) {
            const ArenaBlock& block = m_resnet.block(m_resnet.blockOf(value));
            if (block.isView) continue;
            if (before) {
                QCOMPARE(before->last, block.first - 1);
                QCOMPARE(block.first, block.entry);
                ++pairs;
            }
            before = &block;
        }
    }
    QVERIFY(pairs > 0);
}

void TestArenaMap::statesAreApart() {
    const ValueId weight = valueNamed(*m_lenet.tape(), "fc1.weight");
    const ArenaBlock& block = m_lenet.block(m_lenet.blockOf(weight));
    QVERIFY(block.isState);
    QCOMPARE(block.first, 0);
    QCOMPARE(block.last, m_lenet.entries() - 1);
    QCOMPARE(std::vector(block.nodes.begin(), block.nodes.end()), std::vector<std::string>{"fc1"});
    QCOMPARE(m_lenet.blockAt(0, block.offset, true), m_lenet.blockOf(weight));
    for (int index : m_lenet.aliveAt(0)) QVERIFY(!m_lenet.block(index).isState);
}

void TestArenaMap::categoriesComeFromTheDocument() {
    const ArenaMap map(m_lenet.tape(), [](const std::string& node) {
        return node == "conv1" ? std::string_view("convolution") : std::string_view();
    });
    const auto categoryOf = [&](const char* name) {
        return std::string(map.block(map.blockOf(valueNamed(*map.tape(), name))).category);
    };
    QCOMPARE(categoryOf("conv1.weight"), std::string("convolution"));
    QCOMPARE(categoryOf("pool1"), std::string("convolution"));
    QCOMPARE(categoryOf("input.stored"), std::string("document"));
    // An unknown node: the operator's own.
    QCOMPARE(categoryOf("relu3"), std::string("linear"));
}

void TestArenaMap::tellsPaddingAndLifetime() {
    // 10 channels in lanes of 64 images need no padding; 3 channels in blocks of 16 waste 13, and
    // a halo of one pixel makes 34 × 34 out of 32 × 32.
    const Tape& tape = *m_resnet.tape();
    // Bytes of pixels first, then floats of them, then blocks.
    const ValueId input = tape.entries[1].instr.out[0];
    const ArenaBlock& block = m_resnet.block(m_resnet.blockOf(input));
    QCOMPARE(block.bytes, int64_t{128} * 34 * 34 * 16 * 4);
    QCOMPARE(block.paddingBytes, block.bytes - int64_t{128} * 3 * 32 * 32 * 4);
    const QString text = blockText(m_resnet, block);
    QVERIFY2(text.contains(QStringLiteral("nChw16c+1")), qPrintable(text));
    QVERIFY2(text.contains(QStringLiteral("halo and padding (83\u202f%)")), qPrintable(text));
    QVERIFY2(text.contains(QStringLiteral("entries 1–")), qPrintable(text));
}

void TestArenaMap::emptyMapAnswers() {
    const ArenaMap map(nullptr, noCategory);
    QVERIFY(map.isEmpty());
    QVERIFY(map.aliveAt(0).empty());
    QCOMPARE(map.blockAt(0, 0, false), -1);
    QCOMPARE(map.blockOf(3), -1);
    QCOMPARE(figuresText(map), QString());
}

QTEST_MAIN(TestArenaMap)
#include "tst_arena_map.moc"
