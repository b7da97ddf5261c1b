// SPDX-License-Identifier: Apache-2.0
// Records are framed by their length and by sums over both.
#include "core/session/export_run.h"

#include <array>
#include <bit>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/base/file_error.h"
#include "core/session/past_runs.h"
#include "core/session/run_history.h"

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// A message of protobuf. Source: protobuf.dev, "Encoding".
class Message {
  public:
    Message& whole(uint32_t field, uint64_t value) {
        varint(field << 3);
        varint(value);
        return *this;
    }
    Message& text(uint32_t field, std::string_view value) {
        varint(field << 3 | 2);
        varint(value.size());
        m_bytes += value;
        return *this;
    }
    Message& real(uint32_t field, double value) {
        varint(field << 3 | 1);
        fixed(std::bit_cast<uint64_t>(value), 8);
        return *this;
    }
    Message& single(uint32_t field, float value) {
        varint(field << 3 | 5);
        fixed(std::bit_cast<uint32_t>(value), 4);
        return *this;
    }
    const std::string& bytes() const { return m_bytes; }

  private:
    void varint(uint64_t value) {
        for (; value >= 0x80; value >>= 7) m_bytes += static_cast<char>(0x80 | (value & 0x7f));
        m_bytes += static_cast<char>(value);
    }
    void fixed(uint64_t bits, int bytes) {
        for (int k = 0; k < bytes; ++k) m_bytes += static_cast<char>(bits >> (8 * k) & 0xff);
    }
    std::string m_bytes;
};

std::string littleEndian(uint64_t value, int bytes) {
    std::string text;
    for (int k = 0; k < bytes; ++k) text += static_cast<char>(value >> (8 * k) & 0xff);
    return text;
}

/// So that a sum over bytes that hold a sum is no accident.
uint32_t masked(uint32_t sum) { return (sum >> 15 | sum << 17) + 0xa282ead8u; }

std::string framed(const std::string& record) {
    const std::string length = littleEndian(record.size(), 8);
    return length + littleEndian(masked(crc32c(length)), 4) + record +
           littleEndian(masked(crc32c(record)), 4);
}

class EventFile {
  public:
    explicit EventFile(double started) : m_started(started) {
        Message version;
        version.real(1, started).text(3, "brain.Event:2");
        m_bytes = framed(version.bytes());
    }
    void add(const std::string& tag, int64_t step, double seconds, double value) {
        Message number, summary, event;
        number.text(1, tag).single(2, static_cast<float>(value));
        summary.text(1, number.bytes());
        event.real(1, m_started + seconds)
            .whole(2, static_cast<uint64_t>(step))
            .text(5, summary.bytes());
        m_bytes += framed(event.bytes());
    }
    const std::string& bytes() const { return m_bytes; }

  private:
    double m_started;
    std::string m_bytes;
};

Result<RunHistory> historyOf(const std::string& run) {
    auto history = readRunHistory(run);
    if (!history) return history.error();
    if (!history->records.empty()) return history;
    return Error{"G01",
                 fmt::format("the run '{}' has made no step", printable(run)),
                 {},
                 "Nothing was written.",
                 "Name the folder of a run that has trained."};
}

/// `loss` of the only one, else of each by its node.
std::string lossName(const ChannelNames& names, int index) {
    const auto k = static_cast<size_t>(index);
    return k < names.losses.size() ? names.losses[k] : fmt::format("{}", index + 1);
}

std::string metricName(const ChannelNames& names, int index) {
    const auto k = static_cast<size_t>(index);
    return k < names.metrics.size() ? names.metrics[k] : fmt::format("metric_{}", index + 1);
}

void addStep(EventFile& file, const StepRecord& record, const ChannelNames& names) {
    const double at = record.secondsSinceStart;
    file.add("train/loss", record.step, at, record.loss);
    file.add("train/learning_rate", record.step, at, record.learningRate);
    file.add("train/gradient_norm", record.step, at, record.gradNorm);
    for (int k = 0; k < record.lossCount; ++k)
        file.add("train/loss/" + lossName(names, k), record.step, at,
                 record.losses[static_cast<size_t>(k)]);
}

void addEpoch(EventFile& file, const RunEvent& epoch, const ChannelNames& names) {
    file.add("test/loss", epoch.step, 0, epoch.testLoss);
    for (int k = 0; k < epoch.metricCount; ++k)
        file.add("test/" + metricName(names, k), epoch.step, 0,
                 epoch.metrics[static_cast<size_t>(k)]);
}

std::string cell(double number) {
    return std::isfinite(number) ? fmt::format("{}", number) : std::string("nan");
}

std::string headLine(const RunHistory& history) {
    std::string line = "step,epoch,loss,learning_rate,gradient_norm";
    for (int k = 0; k < history.records.front().lossCount; ++k)
        line += ",loss_" + lossName(history.names, k);
    line += ",test_loss";
    for (size_t k = 0; k < history.names.metrics.size(); ++k)
        line += ",test_" + history.names.metrics[k];
    return line + "\n";
}

std::string rowOf(const RunHistory& history, const StepRecord& record, const RunEvent* epoch) {
    std::string line =
        fmt::format("{},{},{},{},{}", record.step, record.epoch + 1, cell(record.loss),
                    cell(record.learningRate), cell(record.gradNorm));
    for (int k = 0; k < history.records.front().lossCount; ++k)
        line += "," + cell(record.losses[static_cast<size_t>(k)]);
    line += ",";
    if (epoch) line += cell(epoch->testLoss);
    for (size_t k = 0; k < history.names.metrics.size(); ++k) {
        line += ",";
        if (epoch && static_cast<int>(k) < epoch->metricCount) line += cell(epoch->metrics[k]);
    }
    return line + "\n";
}

RunExport written(const std::string& path, const RunHistory& history) {
    return {
        .path = path, .steps = std::ssize(history.records), .tests = std::ssize(history.epochs)};
}

}  // namespace

uint32_t crc32c(std::string_view bytes) {
    static const std::array<uint32_t, 256> table = [] {
        std::array<uint32_t, 256> made{};
        for (uint32_t k = 0; k < 256; ++k) {
            uint32_t sum = k;
            for (int bit = 0; bit < 8; ++bit) sum = sum >> 1 ^ (sum & 1 ? 0x82f63b78u : 0u);
            made[k] = sum;
        }
        return made;
    }();
    uint32_t sum = ~0u;
    for (const char c : bytes) sum = sum >> 8 ^ table[(sum ^ static_cast<unsigned char>(c)) & 0xff];
    return ~sum;
}

Result<RunExport> exportRunEvents(const std::string& run, const std::string& folder) {
    const auto history = historyOf(run);
    if (!history) return history.error();
    const auto known = pastRun(run);
    const int64_t ended = known ? known->lastWrite : 0;
    const double started = static_cast<double>(ended) - history->records.back().secondsSinceStart;
    EventFile file(started);
    for (const StepRecord& record : history->records) addStep(file, record, history->names);
    for (const RunEvent& epoch : history->epochs) addEpoch(file, epoch, history->names);
    std::error_code failure;
    fs::create_directories(folder, failure);
    if (failure) return fileError({folder, "make", "Nothing was written."}, failure.value());
    const std::string path =
        (fs::path(folder) / fmt::format("events.out.tfevents.{}.vitrine", ended)).string();
    VITRINE_TRY(saveAtomically(path, file.bytes()));
    return written(path, *history);
}

std::string eventFileIn(const std::string& folder) {
    std::error_code failure;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, failure))
        if (entry.path().filename().string().starts_with("events.out.tfevents."))
            return entry.path().string();
    return {};
}

Result<RunExport> exportRunTable(const std::string& run, const std::string& file) {
    const auto history = historyOf(run);
    if (!history) return history.error();
    std::string text = headLine(*history);
    auto epoch = history->epochs.begin();
    for (const StepRecord& record : history->records) {
        while (epoch != history->epochs.end() && epoch->step < record.step) ++epoch;
        const bool isLast = epoch != history->epochs.end() && epoch->step == record.step;
        text += rowOf(*history, record, isLast ? &*epoch : nullptr);
    }
    VITRINE_TRY(saveAtomically(file, text));
    return written(file, *history);
}

}  // namespace vitrine
