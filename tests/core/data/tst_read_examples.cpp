// SPDX-License-Identifier: Apache-2.0
// Examples that are read when they are needed: kept in memory or in a file, the same whoever comes
// first; what cannot be read stops or is passed over. Truth: the function that is read here.
#include <QtTest/QtTest>

#include <cstring>
#include <filesystem>
#include <latch>
#include <set>
#include <thread>

#include "core/data/read_examples.h"
#include "tests/support/example_sets.h"
#include "tests/support/patience.h"

using namespace vitrine;

namespace {

constexpr int64_t recordBytes = 5000;

uint8_t byteOf(int64_t index, size_t at) {
    return static_cast<uint8_t>(7 * index + 31 * int64_t(at) + 1);
}

struct Made {
    int64_t count = 200;
    std::set<int64_t> broken = {};
    bool passesOver = false, numbersFollow = false;
    int threads = 0;
    RecordCache::Limits limits = {.memoryBytes = int64_t{1} << 30};
};

/// Of classes index % 3. Numbers: the index.
std::shared_ptr<ReadExamples> make(const Made& made) {
    auto cache = RecordCache::create(made.count, recordBytes, made.limits);
    if (!cache) qFatal("%s", cache.error().text().c_str());
    ReadExamples::Options options{.count = made.count, .readBytes = {recordBytes - 1000, 1000}};
    std::vector<int32_t> numbers;
    for (int64_t i = 0; i < made.count; ++i) {
        options.groups.push_back(static_cast<int32_t>(i % 3));
        numbers.push_back(static_cast<int32_t>(i));
    }
    options.numbers = std::make_shared<StoredExamples>();
    options.numbers->addNumbers<int32_t>(numbers);
    options.numbersFollow = made.numbersFollow;
    options.passesOver = made.passesOver;
    options.threads = made.threads;
    options.name = [](int64_t index) { return fmt::format("{}.png", index); };
    options.read = [broken = made.broken](int64_t index,
                                          std::span<std::byte> record) -> Result<void> {
        if (broken.contains(index)) return Error{"M02", fmt::format("{}.png", index), {}, {}, {}};
        for (size_t at = 0; at < record.size(); ++at) record[at] = std::byte{byteOf(index, at)};
        return {};
    };
    return ReadExamples::create(std::move(cache).value(), std::move(options));
}

/// Both columns are those of example `shown`.
bool shows(ReadExamples& examples, int64_t index, int64_t shown) {
    size_t at = 0;
    for (const size_t column : {0U, 1U})
        for (const std::byte byte : examples.value(column, index))
            if (byte != std::byte{byteOf(shown, at++)}) return false;
    return at == recordBytes;
}

int32_t numberOf(ReadExamples& examples, int64_t index) {
    return test::numbersIn<int32_t>(examples.value(2, index))[0];
}

RecordCache::Limits inFile(const QTemporaryDir& folder, int64_t memory = 20'000) {
    return {.memoryBytes = memory,
            .fileBytes = int64_t{1} << 30,
            .folder = folder.path().toStdString()};
}

}  // namespace

class ReadExamplesTest : public QObject {
    Q_OBJECT

  private slots:
    void givesEveryExampleAsRead_data() {
        QTest::addColumn<int>("workers");
        QTest::addColumn<bool>("isFile");
        for (const int workers : {0, 2})
            for (const bool isFile : {false, true})
                QTest::addRow("%d workers, %s", workers, isFile ? "file" : "memory")
                    << workers << isFile;
    }
    void givesEveryExampleAsRead() {
        QFETCH(int, workers);
        QFETCH(bool, isFile);
        const QTemporaryDir folder;
        Made made{.threads = workers};
        if (isFile) made.limits = inFile(folder);
        const auto examples = make(made);
        QCOMPARE(examples->cache().isFile(), isFile);
        std::atomic<int> wrong{0};
        std::latch begin(3);
        std::vector<std::thread> readers;
        for (int reader = 0; reader < 3; ++reader)
            readers.emplace_back([&, reader] {
                begin.arrive_and_wait();
                for (int64_t i = 0; i < made.count; ++i) {
                    const int64_t at = reader == 1 ? made.count - 1 - i : i;
                    wrong += !shows(*examples, at, at) || numberOf(*examples, at) != at;
                }
            });
        for (std::thread& reader : readers) reader.join();
        QCOMPARE(wrong.load(), 0);
        QVERIFY(!examples->trouble());
        QVERIFY(!examples->isAtHand(0) && !examples->isAtHand(1) && examples->isAtHand(2));
    }

    void leavesNoFileBehind() {
        const QTemporaryDir folder;
        const auto examples = make({.limits = inFile(folder)});
        QVERIFY(shows(*examples, 5, 5));
        QVERIFY(std::filesystem::is_empty(folder.path().toStdString()));
    }

    /// A value stays where it is and what it is, though the file's pages are let go meanwhile.
    void valuesStay() {
        const QTemporaryDir folder;
        const auto examples = make({.limits = inFile(folder)});
        const auto first = examples->value(0, 3);
        const std::vector<std::byte> copy(first.begin(), first.end());
        for (int round = 0; round < 3; ++round)
            for (int64_t i = 0; i < 200; ++i) QVERIFY(shows(*examples, i, i));
        QCOMPARE(examples->value(0, 3).data(), first.data());
        QVERIFY(std::ranges::equal(first, copy));
    }

    void refusesWhatHasNoRoom_data() {
        QTest::addColumn<int64_t>("fileBytes");
        QTest::addColumn<QString>("folder");
        QTest::newRow("a file that is too small") << int64_t{500'000} << "/tmp";
        QTest::newRow("a folder that cannot be") << (int64_t{1} << 30) << "/proc/none";
    }
    void refusesWhatHasNoRoom() {
        QFETCH(int64_t, fileBytes);
        QFETCH(QString, folder);
        const auto cache = RecordCache::create(
            200, recordBytes,
            {.memoryBytes = 20'000, .fileBytes = fileBytes, .folder = folder.toStdString()});
        QVERIFY(!cache);
        QCOMPARE(cache.error().code, std::string("H02"));
        const QString message = QString::fromStdString(cache.error().message);
        QVERIFY2(message.contains("1.0 MB") && message.contains("20 kB"), qPrintable(message));
    }
    void refusesMoreThanThereIs() {
        const auto cache = RecordCache::create(int64_t{1} << 40, int64_t{1} << 40, {});
        QVERIFY(!cache);
        QCOMPARE(cache.error().code, std::string("H02"));
    }

    void whatCannotBeReadIsTrouble() {
        const auto examples = make({.broken = {7}});
        QVERIFY(shows(*examples, 6, 6));
        QVERIFY(!examples->trouble());
        const auto value = examples->value(0, 7);
        QVERIFY(std::ranges::all_of(value, [](std::byte b) { return b == std::byte{0}; }));
        QVERIFY(examples->trouble().has_value());
        QCOMPARE(examples->trouble()->message, std::string("7.png"));
    }

    void anotherOfItsGroupStandsInItsPlace_data() {
        QTest::addColumn<bool>("fromBehind");
        QTest::addColumn<int>("workers");
        QTest::newRow("from the front") << false << 0;
        QTest::newRow("from behind") << true << 0;
        QTest::newRow("workers before") << true << 2;
    }
    void anotherOfItsGroupStandsInItsPlace() {
        QFETCH(bool, fromBehind);
        QFETCH(int, workers);
        // 7 and 10 are followed by 13 of their group, 198 by 0 from the front.
        const std::map<int64_t, int64_t> standing{{7, 13}, {10, 13}, {198, 3}, {0, 3}};
        const auto examples =
            make({.broken = {7, 10, 198, 0}, .passesOver = true, .threads = workers});
        for (int round = 0; round < 2; ++round)
            for (int64_t i = 0; i < 200; ++i) {
                const int64_t at = fromBehind ? 199 - i : i;
                const auto other = standing.find(at);
                QVERIFY(shows(*examples, at, other == standing.end() ? at : other->second));
                QCOMPARE(numberOf(*examples, at), at);
                QCOMPARE(examples->isUnread(at), other != standing.end());
            }
        QVERIFY(!examples->trouble());
        QCOMPARE(examples->unread(), 4);
        QVERIFY(examples->remark()->message.starts_with(
            "4 of 200 pictures cannot be read, the first: 0.png"));
    }

    void numbersFollowWhereTheGroupSaysNothingOfThem() {
        const auto examples = make({.broken = {7}, .passesOver = true, .numbersFollow = true});
        QVERIFY(!examples->isAtHand(2));
        QCOMPARE(numberOf(*examples, 7), 10);
        QVERIFY(shows(*examples, 7, 10));
    }

    void aGroupOfWhichNothingCanBeReadIsTrouble() {
        std::set<int64_t> broken;
        for (int64_t i = 1; i < 200; i += 3) broken.insert(i);
        const auto examples = make({.broken = broken, .passesOver = true});
        static_cast<void>(examples->value(0, 4));
        QVERIFY(examples->trouble().has_value());
        QCOMPARE(examples->trouble()->code, std::string("M02"));
        QVERIFY(examples->trouble()->message.find("'4.png'") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(ReadExamplesTest)
#include "tst_read_examples.moc"
