// SPDX-License-Identifier: Apache-2.0
// JSON lines back to records and events.
#include "core/session/run_history.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <string_view>

#include "core/base/file_error.h"
#include "core/session/run_log.h"

namespace vitrine {

namespace {

constexpr std::streamoff mostBytes = 32 << 20, pieceBytes = 1 << 16;

void takeLines(std::string_view text, RunHistory& history) {
    for (size_t at = 0, end; (end = text.find('\n', at)) != text.npos; at = end + 1) {
        const std::string_view line = text.substr(at, end - at);
        StepRecord record;
        RunEvent epoch;
        if (readStepLine(line, record))
            history.records.push_back(record);
        else if (readEpochLine(line, epoch, &history.names))
            history.epochs.push_back(epoch);
    }
}

}  // namespace

Result<RunHistory> readRunHistory(const std::string& folder) {
    const std::string path = folder + "/log.jsonl";
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    const std::streamoff size = file.tellg();
    if (!file || size < 0) return fileError(reading(path), errno);
    const std::streamoff pieces = (std::min(size, mostBytes) + pieceBytes - 1) / pieceBytes;
    RunHistory history;
    std::string text;
    for (std::streamoff piece = 0; piece < pieces; ++piece) {
        const std::streamoff from = size <= mostBytes ? piece * pieceBytes : size / pieces * piece;
        const size_t kept = size <= mostBytes ? text.size() : 0;
        const auto count = std::min(pieceBytes, size - from);
        text.resize(kept + static_cast<size_t>(count));
        file.seekg(from);
        file.read(text.data() + kept, count);
        const size_t whole = text.rfind('\n') + 1;
        const size_t first = size <= mostBytes || piece == 0 ? 0 : text.find('\n') + 1;
        takeLines(std::string_view(text).substr(0, whole).substr(std::min(first, whole)), history);
        text.erase(0, whole);
    }
    return history;
}

}  // namespace vitrine
