// SPDX-License-Identifier: Apache-2.0
// Hands an open file to a decoder, and takes arrays from it piece by piece.
#include "core/decode/array_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "core/base/file.h"
#include "core/base/file_error.h"
#include "core/base/memory.h"

namespace vitrine::decode {

namespace {

/// Of one answer: between two of them a stop is looked at.
constexpr int64_t pieceBytes = int64_t{32} << 20;

/// Arrays are read whole where their packing has no places to begin at.
DecoderLimits limitsFor(const ArrayFileOptions& options) {
    return {.memoryBytes = int64_t{12} << 30,
            .patience = options.patience,
            .answerBytes = uint64_t{1} << 33};
}

/// Closes it; the decoder has its own by then.
struct OpenFile {
    int descriptor = -1;
    ~OpenFile() {
        if (descriptor >= 0) close(descriptor);
    }
};

/// A file of its own for as long as a decoder opens it: HDF5 asks for the name of what it opens.
/// Only this user may read it, and nobody can know its name before.
struct NamedForAWhile {
    std::string name;
    OpenFile opened;
    NamedForAWhile() {
        std::error_code failure;
        name = (std::filesystem::temp_directory_path(failure) / "vitrine-XXXXXX").string();
        opened.descriptor = mkostemp(name.data(), O_CLOEXEC);
    }
    ~NamedForAWhile() {
        if (opened.descriptor >= 0) unlink(name.c_str());
    }
    NamedForAWhile(const NamedForAWhile&) = delete;
    NamedForAWhile& operator=(const NamedForAWhile&) = delete;
};

Result<void> openRegular(const std::string& path, OpenFile& file) {
    file.descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status {};
    if (file.descriptor < 0 || fstat(file.descriptor, &status) != 0)
        return fileError(reading(path), errno);
    if (!S_ISREG(status.st_mode)) return notRegularError(reading(path), status.st_mode);
    return {};
}

Error damaged(std::string_view title, std::string_view what) {
    return {"G09", fmt::format("{}: {}", title, what), {}, {}, "Get the file anew."};
}

}  // namespace

Result<Answered> ArrayFile::ask(const Question& question, const std::stop_token& stop) {
    if (m_decoder->hasEnded()) return damaged(m_title, "the decoder has ended over it before");
    auto given = m_decoder->ask(question, m_title, stop);
    if (given || given.error().code != "M02") return given;
    Error error = given.error();  // M02 is of pictures
    error.code = "G09";
    return error;
}

Result<ArrayFile> ArrayFile::open(const std::string& path, Kind kind,
                                  const ArrayFileOptions& options) {
    OpenFile file;
    VITRINE_TRY(openRegular(path, file));
    return open(printable(std::filesystem::path(path).filename().string()), file.descriptor, kind,
                options);
}

Result<ArrayFile> ArrayFile::open(std::string_view title, std::span<const std::byte> bytes,
                                  Kind kind, const ArrayFileOptions& options) {
    const NamedForAWhile file;
    if (file.opened.descriptor < 0) return fileError(reading(file.name), errno);
    while (!bytes.empty()) {
        const ssize_t taken = ::write(file.opened.descriptor, bytes.data(), bytes.size());
        if (taken < 0 && errno == EINTR) continue;
        if (taken <= 0) return fileError(reading(file.name), taken == 0 ? ENOSPC : errno);
        bytes = bytes.subspan(static_cast<size_t>(taken));
    }
    return open(printable(title), file.opened.descriptor, kind, options);
}

Result<ArrayFile> ArrayFile::open(std::string title, int descriptor, Kind kind,
                                  const ArrayFileOptions& options) {
    auto decoder = Decoder::start(decoderPaths(), limitsFor(options));
    if (!decoder) return decoder.error();
    ArrayFile opened(std::move(title), kind, std::move(decoder).value());
    const auto given = opened.ask(
        {.task = Task::OpenArrays, .kind = kind, .descriptor = descriptor}, options.stop);
    if (!given) return given.error();
    auto arrays = unpacked(given->bytes);
    if (!arrays) return damaged(opened.m_title, "the decoder's list of its arrays is none");
    opened.m_arrays = *std::move(arrays);
    return opened;
}

const ArrayInfo* ArrayFile::find(std::string_view name) const {
    const auto found = std::ranges::find(m_arrays, name, &ArrayInfo::name);
    return found == m_arrays.end() ? nullptr : &*found;
}

Result<std::vector<std::byte>> ArrayFile::read(std::string_view name, const std::stop_token& stop) {
    const ArrayInfo* const array = find(name);
    const std::string shown = printable(name, 80);
    if (!array) return Error{"N11", fmt::format("{}: it has no '{}'", m_title, shown), {}, {}, {}};
    if (!array->whyNot.empty())
        return Error{"N07",
                     fmt::format("{}: '{}' {}", m_title, shown, printable(array->whyNot)),
                     {},
                     {},
                     "Save it as plain numbers."};
    const int64_t each = array->itemBytes(), bytes = each * array->items();
    auto values = bytes <= availableMemory() ? tryAllocate(bytes) : std::nullopt;
    if (!values) return noMemoryError(m_title, bytes);
    const int64_t step = std::max<int64_t>(1, pieceBytes / std::max<int64_t>(each, 1));
    for (int64_t first = 0; first < array->items(); first += step) {
        if (stop.stop_requested()) return stoppedError();
        const int64_t count = std::min(step, array->items() - first);
        const auto given = ask({.task = Task::ReadArray,
                                .kind = m_kind,
                                .bytes = std::as_bytes(std::span(name)),
                                .first = first,
                                .count = count},
                               stop);
        if (!given) return given.error();
        if (given->bytes.size() != static_cast<size_t>(count * each))
            return damaged(m_title, fmt::format("'{}' has another size than it said", shown));
        std::ranges::copy(given->bytes, values->begin() + first * each);
    }
    return *std::move(values);
}

Result<std::vector<std::string>> ArrayFile::readTexts(std::string_view name,
                                                      const std::stop_token& stop) {
    const auto bytes = read(name, stop);
    if (!bytes) return bytes.error();
    const ArrayInfo& array = *find(name);
    if (array.number != Number::Text || array.shape.empty() || array.shape.back() < 1)
        return Error{
            "N07", fmt::format("{}: '{}' holds no text", m_title, printable(name, 80)), {}, {}, {}};
    const auto each = static_cast<size_t>(array.shape.back());
    std::vector<std::string> texts;
    for (size_t at = 0; at + each <= bytes->size(); at += each) {
        const std::string_view text(reinterpret_cast<const char*>(bytes->data() + at), each);
        texts.emplace_back(text.substr(0, text.find('\0')));
    }
    return texts;
}

}  // namespace vitrine::decode
