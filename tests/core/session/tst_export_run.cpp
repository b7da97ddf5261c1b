// SPDX-License-Identifier: Apache-2.0
// What a run has measured, as other programs read it. Truth: the log that was written here by hand;
// the check sum of RFC 3720.
#include "core/session/export_run.h"

#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <cstring>
#include <map>

#include "core/base/file.h"

using namespace vitrine;

namespace {

constexpr std::string_view writtenLog =
    R"({"event":"start","project":"p","step":0})"
    "\n"
    R"({"event":"step","step":1,"epoch":1,"loss":2.5,"lr":0.1,"grad_norm":1.5})"
    "\n"
    R"({"event":"step","step":2,"epoch":1,"loss":1.25,"lr":0.05,"grad_norm":null})"
    "\n"
    R"({"event":"epoch","epoch":1,"step":2,"train_loss":1.9,"test_loss":1.0,"test_accuracy":0.75})"
    "\n";

/// Reads one number of a record's message: the simple_value of the only value of its summary.
struct Read {
    std::string_view rest;
    uint64_t varint() {
        uint64_t value = 0;
        for (int shift = 0;; shift += 7) {
            const auto byte = static_cast<unsigned char>(rest.front());
            rest.remove_prefix(1);
            value |= uint64_t{byte & 0x7fu} << shift;
            if (byte < 0x80) return value;
        }
    }
    std::string_view bytes(size_t count) {
        const std::string_view found = rest.substr(0, count);
        rest.remove_prefix(count);
        return found;
    }
};

std::map<std::string, std::vector<std::pair<int64_t, float>>> scalarsOf(std::string_view file) {
    std::map<std::string, std::vector<std::pair<int64_t, float>>> scalars;
    while (!file.empty()) {
        uint64_t length = 0;
        std::memcpy(&length, file.data(), 8);
        Read event{file.substr(12, length)};
        file.remove_prefix(16 + length);
        int64_t step = 0;
        while (!event.rest.empty()) {
            const uint64_t tag = event.varint();
            if (tag == (1 << 3 | 1)) event.bytes(8);
            if (tag == 2 << 3) step = static_cast<int64_t>(event.varint());
            if (tag == (3 << 3 | 2)) event.bytes(event.varint());
            if (tag != (5 << 3 | 2)) continue;
            Read summary{event.bytes(event.varint())};
            summary.varint();
            Read value{summary.bytes(summary.varint())};
            value.varint();
            const std::string name(value.bytes(value.varint()));
            value.varint();
            float number = 0;
            std::memcpy(&number, value.rest.data(), 4);
            scalars[name].emplace_back(step, number);
        }
    }
    return scalars;
}

}  // namespace

class ExportRunTest : public QObject {
    Q_OBJECT

  private slots:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_run = m_folder->filePath("run").toStdString();
        QVERIFY(QDir().mkpath(QString::fromStdString(m_run)));
        QVERIFY(saveAtomically(m_run + "/log.jsonl", writtenLog).ok());
    }

    void theCheckSumIsCastagnolis() { QCOMPARE(crc32c("123456789"), 0xe3069283u); }

    void aTableHasARowForEachStepAndTheTestAtAnEpochsEnd() {
        const std::string file = m_run + "/table.csv";
        QVERIFY(exportRunTable(m_run, file).ok());
        const auto bytes = readFile(file);
        QCOMPARE(QString::fromUtf8(reinterpret_cast<const char*>(bytes->data()), bytes->size()),
                 QString("step,epoch,loss,learning_rate,gradient_norm,test_loss,test_accuracy\n"
                         "1,1,2.5,0.1,1.5,,\n"
                         "2,1,1.25,0.05,nan,1,0.75\n"));
    }

    void anEventFileHasEveryScalar() {
        const auto path = exportRunEvents(m_run, m_run + "/events");
        QVERIFY2(path.ok(), path ? "" : path.error().text().c_str());
        const auto bytes = readFile(path->path);
        const auto scalars =
            scalarsOf({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
        const std::vector<std::pair<int64_t, float>> losses{{1, 2.5f}, {2, 1.25f}};
        QVERIFY(scalars.at("train/loss") == losses);
        QVERIFY(scalars.at("test/accuracy") ==
                (std::vector<std::pair<int64_t, float>>{{2, 0.75f}}));
    }

    void aRunWithoutStepsIsRefused() {
        QVERIFY(
            saveAtomically(m_run + "/log.jsonl", writtenLog.substr(0, writtenLog.find('\n') + 1))
                .ok());
        QCOMPARE(exportRunTable(m_run, m_run + "/t.csv").error().code, std::string("G01"));
        QVERIFY(!QFile::exists(QString::fromStdString(m_run + "/t.csv")));
    }

  private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::string m_run;
};

QTEST_GUILESS_MAIN(ExportRunTest)
#include "tst_export_run.moc"
