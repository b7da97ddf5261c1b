// SPDX-License-Identifier: Apache-2.0
// The first examples of each class are asked for before anything is learnt. Truth: a source that
// notes what it is asked for, and folders with a file that is no picture.
#include "core/session/first_look.h"

#include <QtTest/QtTest>

#include <fmt/format.h>

#include <set>

#include "core/data/stored_examples.h"
#include "tests/support/example_sets.h"
#include "tests/support/picture_files.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

/// Pictures that lie in files, with their classes in memory.
class Asked : public ExampleSource {
  public:
    explicit Asked(std::vector<int32_t> labels) : m_labels(std::move(labels)) {}
    std::span<const std::byte> value(size_t column, int64_t index) override {
        if (column == 1)
            return std::as_bytes(std::span(m_labels)).subspan(static_cast<size_t>(index) * 4, 4);
        asked.insert(index);
        return m_pixel;
    }
    bool isAtHand(size_t column) const override { return column == 1; }

    std::set<int64_t> asked;

  private:
    std::vector<int32_t> m_labels;
    std::array<std::byte, 1> m_pixel{};
};

}  // namespace

class TestFirstLook : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void asksForTheFirstOfEachClass() {
        const auto train = std::make_shared<Asked>(std::vector<int32_t>{2, 2, 0, 2, 1, 0});
        const auto test = std::make_shared<Asked>(std::vector<int32_t>{1, 1, 1});
        Dataset data;
        data.columns = imageColumns({1, 1, 1}, 3);
        data.train = {6, train, 0};
        data.test = {3, test, 0};
        lookAtFirstOfEachClass(data);
        QCOMPARE(train->asked, (std::set<int64_t>{0, 2, 4}));
        QCOMPARE(test->asked, (std::set<int64_t>{0}));
    }

    void ofManyClassesItAsksForTheFirstOnes() {
        std::vector<int32_t> labels(1000);
        for (size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<int32_t>(i);
        const auto source = std::make_shared<Asked>(labels);
        Dataset data;
        data.columns = imageColumns({1, 1, 1}, 1000);
        data.train = {1000, source, 0};
        lookAtFirstOfEachClass(data);
        QCOMPARE(source->asked.size(), size_t{32});
    }

    void aBrokenFileIsToldAtOnce_data() {
        QTest::addColumn<bool>("passesOver");
        QTest::newRow("it ends the run") << false;
        QTest::newRow("it is passed over") << true;
    }
    void aBrokenFileIsToldAtOnce() {
        QFETCH(bool, passesOver);
        PictureFolderFixture pictures;
        pictures.putClasses("train/", 4);
        pictures.putClasses("test/", 2);
        pictures.put("train/emu/000.pgm", bytesOfText("P5 4 5 255\n"));
        PictureFolderFixture::Fields fields;
        if (passesOver) fields.emplace_back("broken", std::string("skip"));
        auto data = pictures.open(fields);
        QVERIFY2(data.ok(), data.ok() ? "" : data.error().text().c_str());
        lookAtFirstOfEachClass(*data);
        const auto told = passesOver ? data->train.source->remark() : data->train.source->trouble();
        QVERIFY(told);
        QVERIFY2(told->message.find("emu/000.pgm") != std::string::npos, told->message.c_str());
        QVERIFY(!data->test.source->trouble());
    }
};

QTEST_GUILESS_MAIN(TestFirstLook)
#include "tst_first_look.moc"
