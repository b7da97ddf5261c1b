// SPDX-License-Identifier: Apache-2.0
// At which batches, where and with what something was measured: figures mean nothing without it.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "core/base/count_text.h"
#include "core/base/version.h"
#include "core/cli/bench.h"
#include "core/cli/text.h"
#include "core/session/machine_text.h"

namespace vitrine::cli {

std::vector<int64_t> batchesOf(const BenchRequest& request, std::span<const int64_t> usual) {
    if (usual.empty() && !request.areNamed) return {};
    if (request.batch) return {*request.batch};
    return usual.empty() ? std::vector<int64_t>{1}
                         : std::vector<int64_t>(usual.begin(), usual.end());
}

std::string benchHead(const BenchRequest& request, const std::string& comparedWith) {
    const char* const math = request.math == Math::Fast ? "fast" : "direct";
    const std::string date = fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr)));
    const std::string busy = busyText(request.threads);
    if (!request.json)
        return fmt::format("vitrine {}, {}, instruction set {}, {}, math {}, {}\n{}{}",
                           programVersion(), processorName(), instructionSetText(),
                           countOf(request.threads, "thread"), math, date,
                           comparedWith.empty() ? "" : "beside " + comparedWith + "\n",
                           busy.empty() ? "" : busy + "\n");
    const nlohmann::ordered_json json{{"event", "bench"},
                                      {"version", programVersion()},
                                      {"processor", processorName()},
                                      {"instruction_set", instructionSetText()},
                                      {"threads", request.threads},
                                      {"math", math},
                                      {"date", date},
                                      {"load", systemLoad()}};
    return json.dump() + "\n";
}

void printNow(const std::string& text) {
    print(text);
    std::fflush(stdout);  // main finds out whether that failed
}

void tellProgress(std::string_view what) {
    if (isatty(STDERR_FILENO)) std::fprintf(stderr, "%s\n", std::string(what).c_str());
}

}  // namespace vitrine::cli
