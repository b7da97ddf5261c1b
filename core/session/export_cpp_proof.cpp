// SPDX-License-Identifier: Apache-2.0
// Numbers drawn from a seed go through both.
#include "core/session/export_cpp_proof.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "core/base/file_error.h"
#include "core/base/rng.h"
#include "core/session/child_program.h"
#include "core/session/input_files.h"
#include "core/tensor/element.h"

namespace vitrine {

namespace fs = std::filesystem;

namespace {

/// A word of the exported program's own command line.
std::string option(const char* word) { return std::string(2, '-') + word; }

/// What is only there while the proof goes on.
class WorkFolder {
  public:
    explicit WorkFolder(const std::string& folder) : m_path(fs::path(folder) / "proof") {}
    ~WorkFolder() {
        std::error_code ignored;
        fs::remove_all(m_path, ignored);
    }
    WorkFolder(const WorkFolder&) = delete;
    WorkFolder& operator=(const WorkFolder&) = delete;
    Result<void> make() const {
        std::error_code failure;
        fs::create_directories(m_path, failure);
        if (!failure) return {};
        return fileError({m_path.string(), "make", "Nothing was written."}, failure.value());
    }
    std::string file(const std::string& name) const { return (m_path / name).string(); }

  private:
    fs::path m_path;
};

/// Floats like those of normalised data; whole numbers 0 and 1, which every index takes.
NamedTensor drawn(const NetworkInput& input, int64_t batch, Rng& rng) {
    Shape shape;
    if (input.wish.isBatched) shape.push(batch);
    for (const int64_t extent : input.wish.shape.dims()) shape.push(extent);
    const DType type = input.wish.dtype;
    std::vector<std::byte> bytes(static_cast<size_t>(bytesOf(type, shape.elements())));
    for (int64_t i = 0; i < shape.elements(); ++i)
        writeElement(bytes.data(), type, i, isFloat(type) ? rng.normal() : rng.below(2));
    return {input.wish.name, TensorData::of(type, shape, std::move(bytes))};
}

CppDifference difference(const NamedTensor& here, const TensorData& exported) {
    CppDifference found{.output = here.name};
    const TensorData& wanted = *here.data;
    for (int64_t i = 0; i < wanted.shape.elements(); ++i) {
        const double a = readElement(wanted.bytes.data(), wanted.dtype, i);
        const double b = readElement(exported.bytes.data(), exported.dtype, i);
        const bool isSame = a == b || (std::isnan(a) && std::isnan(b));
        const double apart = isSame ? 0 : std::abs(a - b);
        if (std::isfinite(a)) found.largestNumber = std::max(found.largestNumber, std::abs(a));
        // One that is no number and one that is are as far apart as can be.
        found.largest = apart <= found.largest ? found.largest
                        : std::isnan(apart)    ? std::numeric_limits<double>::infinity()
                                               : apart;
    }
    return found;
}

Error otherNumbers(const CppDifference& found) {
    return {"E03",
            fmt::format("the exported program gives other numbers for '{}': up to {:.3g} apart, "
                        "where the largest is {:.3g}",
                        found.output, found.largest, found.largestNumber),
            {},
            "Nothing was written.",
            {}};
}

Result<void> compare(const WorkFolder& work, const std::vector<NamedTensor>& wanted,
                     CppExportReport& report) {
    for (size_t k = 0; k < wanted.size(); ++k) {
        const auto arrays = readArrays({work.file(fmt::format("output{}.npy", k))});
        if (!arrays) return arrays.error();
        const TensorData& exported = *arrays->front().data;
        if (exported.shape != wanted[k].data->shape)
            return Error{"E03",
                         fmt::format("the exported program gives '{}' in another shape, {}",
                                     wanted[k].name, exported.shape.text()),
                         {},
                         "Nothing was written.",
                         {}};
        const CppDifference found = difference(wanted[k], exported);
        report.differences.push_back(found);
        if (!(found.largest <= cppTolerance * std::max(found.largestNumber, 1e-3)))
            return otherNumbers(found);
    }
    return {};
}

Result<void> compile(const WorkFolder& work, const CppExportOptions& options,
                     CppExportReport& report) {
    const fs::path folder = options.folder;
    const auto source = [&](const char* name) { return (folder / name).string(); };
    const auto status =
        runProgram({options.compiler, "-std=c++20", "-O3", "-march=native", source("network.cpp"),
                    source("weights.cpp"), source("main.cpp"), "-o", work.file("network")},
                   options.stop);
    if (options.stop.stop_requested()) return stoppedError();
    // 127: a shell's word for that it is not there.
    if (!status || *status == 127) return {};
    if (*status != 0)
        return Error{"E05",
                     fmt::format("'{}' does not compile the exported program", options.compiler),
                     {},
                     "Nothing was written.",
                     "Name another compiler of C++20."};
    report.compiler = options.compiler;
    return {};
}

}  // namespace

Result<void> proveCpp(Inference& asked, const CppExportOptions& options, CppExportReport& report) {
    if (options.compiler.empty()) return {};
    const WorkFolder work(options.folder);
    VITRINE_TRY(work.make());
    VITRINE_TRY(compile(work, options, report));
    if (report.compiler.empty()) return {};
    Rng rng(1, RngStream::Test, 19);
    std::vector<NamedTensor> arrays;
    std::vector<std::string> words{work.file("network")};
    for (const NetworkInput& input : asked.inputs()) {
        arrays.push_back(drawn(input, options.batch, rng));
        words.push_back(work.file(fmt::format("input{}.npy", arrays.size())));
        VITRINE_TRY(saveNpy(words.back(), *arrays.back().data));
    }
    words.insert(words.end(), {option("weights"),
                               (fs::path(options.folder) / "weights.bin").string(), option("out")});
    const auto wanted = asked.run(arrays);
    if (!wanted) return wanted.error();
    for (size_t k = 0; k < wanted->size(); ++k)
        words.push_back(work.file(fmt::format("output{}.npy", k)));
    const auto status = runProgram(words, options.stop);
    if (options.stop.stop_requested()) return stoppedError();
    if (!status || *status != 0)
        return Error{
            "E03", "the exported program does not run to its end", {}, "Nothing was written.", {}};
    return compare(work, *wanted, report);
}

}  // namespace vitrine
