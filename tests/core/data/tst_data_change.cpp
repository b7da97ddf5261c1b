// SPDX-License-Identifier: Apache-2.0
// Examples that people relabel and leave out. Truth: the changes themselves.
#include <QtTest/QtTest>

#include "core/data/data_change.h"
#include "core/data/dataset.h"
#include "tests/support/example_sets.h"

using namespace vitrine;

namespace {

/// Stored examples whose names are of files.
class NamedExamples : public StoredExamples {
  public:
    std::string nameOf(int64_t index) const override {
        return "pictures/" + std::to_string(index) + ".png";
    }
};

/// Six training examples of classes 0, 1, 2, 0, 1, 2 and three for testing; image i is all i.
Dataset numbered(bool isNamed = false) {
    Dataset data;
    data.columns = test::imageColumns({1, 1, 2}, 3);
    data.columns[1].classes = {"cat", "dog", "bird"};
    data.fingerprint = "made by hand";
    const auto part = [&](int64_t count, int first) {
        auto stored = isNamed && first == 0 ? std::make_shared<NamedExamples>()
                                            : std::make_shared<StoredExamples>();
        std::vector<uint8_t> pixels;
        std::vector<int32_t> labels;
        for (int i = 0; i < count; ++i) {
            pixels.insert(pixels.end(), 2, static_cast<uint8_t>(first + i));
            labels.push_back(i % 3);
        }
        stored->addNumbers<uint8_t>(pixels, 2);
        stored->addNumbers<int32_t>(labels);
        return ExampleSet{count, std::move(stored), 0};
    };
    data.train = part(6, 0);
    data.test = part(3, 100);
    return data;
}

}  // namespace

class TestDataChange : public QObject {
    Q_OBJECT

  private slots:
    void givesAnotherClassAndLeavesOut() {
        const Dataset raw = numbered();
        const std::vector<DataChange> changes{{.example = "train 1", .label = "bird"},
                                              {.example = "train 3", .isExcluded = true},
                                              {.example = "test 2", .label = "cat"}};
        const Dataset data = changed(raw, changes);
        QCOMPARE(data.train.count, 5);
        QCOMPARE(test::labelsOf(data.train), (std::vector<int32_t>{0, 2, 2, 1, 2}));
        QCOMPARE(test::pixelsOf(data.train), (std::vector<uint8_t>{0, 0, 1, 1, 2, 2, 4, 4, 5, 5}));
        QCOMPARE(test::labelsOf(data.test), (std::vector<int32_t>{0, 1, 0}));
        QVERIFY(data.remarks.empty());
        QCOMPARE(test::labelsOf(raw.train), (std::vector<int32_t>{0, 1, 2, 0, 1, 2}));
    }

    void writesToNetworksWhatItShows() {
        const std::vector<DataChange> changes{{.example = "train 0", .label = "dog"}};
        const Dataset data = changed(numbered(), changes);
        int32_t label = 0;
        const std::vector<std::span<std::byte>> to{{},
                                                   std::as_writable_bytes(std::span(&label, 1))};
        data.train.write(0, {}, to);
        QCOMPARE(label, 1);
    }

    void knowsExamplesByTheirFiles() {
        const std::vector<DataChange> changes{{.example = "pictures/4.png", .isExcluded = true}};
        const Dataset data = changed(numbered(true), changes);
        QCOMPARE(data.train.count, 5);
        QCOMPARE(exampleName(data, false, 4), std::string("pictures/5.png"));
    }

    void saysWhatNamesNothing() {
        const std::vector<DataChange> changes{{.example = "train 77", .isExcluded = true},
                                              {.example = "train 0", .label = "horse"}};
        const Dataset data = changed(numbered(), changes);
        QCOMPARE(data.train.count, 6);
        QCOMPARE(data.train.number(1, 0), 0);
        QCOMPARE(data.remarks.size(), size_t{1});
        const Error& remark = data.remarks.front();
        QCOMPARE(remark.code, std::string("U27"));
        QVERIFY2(remark.message.find("2 of the project's changes") != std::string::npos &&
                     remark.message.find("'train 0' as 'horse'") != std::string::npos,
                 remark.message.c_str());
    }

    void areOtherData() {
        const Dataset raw = numbered();
        const DataChange one{.example = "train 1", .label = "bird"},
            other{.example = "train 2", .isExcluded = true};
        const auto fingerprint = [&](std::vector<DataChange> changes) {
            return changed(raw, changes).fingerprint;
        };
        QCOMPARE(fingerprint({}), raw.fingerprint);
        QVERIFY(fingerprint({one}) != raw.fingerprint);
        QVERIFY(fingerprint({one}) != fingerprint({other}));
        QCOMPARE(fingerprint({one, other}), fingerprint({other, one}));
    }

    void mayLeaveNothing() {
        std::vector<DataChange> changes;
        for (int i = 0; i < 3; ++i)
            changes.push_back({.example = "test " + std::to_string(i), .isExcluded = true});
        QCOMPARE(changed(numbered(), changes).test.count, 0);
    }
};

QTEST_GUILESS_MAIN(TestDataChange)
#include "tst_data_change.moc"
