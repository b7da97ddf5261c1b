// SPDX-License-Identifier: Apache-2.0
// Where and with what something was measured: figures mean nothing without it.
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "core/base/count_text.h"
#include "core/base/version.h"
#include "core/cli/bench.h"
#include "core/session/machine_text.h"

namespace vitrine::cli {

std::string benchHead(const BenchRequest& request) {
    const char* const math = request.math == Math::Fast ? "fast" : "direct";
    const std::string date = fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr)));
    if (!request.json)
        return fmt::format("vitrine {}, {}, instruction set {}, {}, math {}, {}\n",
                           programVersion(), processorName(), instructionSetText(),
                           countOf(request.threads, "thread"), math, date);
    const nlohmann::ordered_json json{{"event", "bench"},
                                      {"version", programVersion()},
                                      {"processor", processorName()},
                                      {"instruction_set", instructionSetText()},
                                      {"threads", request.threads},
                                      {"math", math},
                                      {"date", date}};
    return json.dump() + "\n";
}

void tellProgress(std::string_view what) {
    if (isatty(STDERR_FILENO)) std::fprintf(stderr, "%s\n", std::string(what).c_str());
}

}  // namespace vitrine::cli
