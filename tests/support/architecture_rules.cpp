// SPDX-License-Identifier: Apache-2.0
// One function for each rule; violationsIn applies them all.
#include "tests/support/architecture_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <regex>

#include "tests/support/source_tree.h"

namespace vitrine::test {
namespace {

/// Folders of core from the ground up: a folder includes itself and lower ranks only.
struct Rank {
    std::string_view folder;
    int rank;
};
constexpr std::array ranks = {
    Rank{"base", 0},  Rank{"decode", 1},       Rank{"device", 1},    Rank{"tensor", 2},
    Rank{"ir", 3},    Rank{"opdef", 4},        Rank{"ops", 5},       Rank{"graph", 5},
    Rank{"optim", 5}, Rank{"metrics", 5},      Rank{"autodiff", 5},  Rank{"data", 5},
    Rank{"probe", 4}, Rank{"exec", 6},         Rank{"templates", 6}, Rank{"train", 7},
    Rank{"onnx", 7},  Rank{"torch_export", 7}, Rank{"io", 8},        Rank{"session", 9},
    Rank{"cli", 10},  Rank{"cpp_export", 7},
};
/// The same of gui.
constexpr std::array guiRanks = {
    Rank{"theme", 0},  Rank{"document", 1}, Rank{"bridge", 2},
    Rank{"models", 3}, Rank{"widgets", 4},  Rank{"graph_editor", 5},
    Rank{"views", 6},  Rank{"shell", 7},    Rank{"app", 8},
};
using Names = std::span<const std::string_view>;
constexpr std::string_view coreForWindow[] = {"session", "graph", "opdef", "ir",
                                              "probe",   "base",  "tensor"};
constexpr std::string_view kernelsForCore[] = {"api", "dispatch"};
constexpr std::string_view topLevel[] = {
    "CMakeLists.txt", "CMakePresets.json", "LICENSE",   "LICENSES", "README.md",
    "cmake",          "findings",          "core",      "gui",      "installer",
    "kernels",        "projects",          "resources", "run",      "test",
    "tests"};
constexpr size_t longestFile = 500;
constexpr std::string_view fileReplacer = "core/base/atomic_file.cpp";
/// Those that make files without replacing any: a log that grows in place and is set aside where it
/// is none, the note of who owns a folder, and the moving of whole folders.
constexpr std::array<std::string_view, 4> fileMakers{fileReplacer, "core/base/owned_folder.cpp",
                                                     "core/base/moved_folder.cpp",
                                                     "core/session/log_file.cpp"};
/// They hold PlainNumbers while nlohmann's parser asks the C library for the decimal point.
constexpr std::string_view jsonParsers[] = {
    "core/data/pictures/label_json.cpp", "core/io/json_reader.cpp", "core/io/safetensors_sax.cpp"};

bool contains(Names names, std::string_view name) { return std::ranges::count(names, name) > 0; }

/// The first two folders of a path: `core` and `base` of `core/base/file.h`.
struct Folders {
    std::string_view top, second;
    explicit Folders(std::string_view path) {
        const size_t first = path.find('/');
        if (first == std::string_view::npos) return;
        top = path.substr(0, first);
        const size_t next = path.find('/', first + 1);
        if (next != std::string_view::npos) second = path.substr(first + 1, next - first - 1);
    }
};

bool isHeader(std::string_view path) { return path.ends_with(".h") || path.ends_with(".cuh"); }

bool isQt(std::string_view include) {
    return include.size() > 1 && include[0] == 'Q' &&
           (include[1] == 't' || (include[1] >= 'A' && include[1] <= 'Z'));
}

bool isTbb(std::string_view include) {
    return include.starts_with("tbb/") || include.starts_with("oneapi/");
}

/// `vector`, `cstdint`: no folder and no ending.
bool isStandard(std::string_view include) {
    return include.find_first_of("/.") == std::string_view::npos && !isQt(include);
}

const Rank* rankOf(std::span<const Rank> ranked, std::string_view folder) {
    const auto found = std::ranges::find(ranked, folder, &Rank::folder);
    return found == ranked.end() ? nullptr : &*found;
}

// What is wrong with an include, in words; empty where it is lawful.

/// Both folders are of one top folder, `core` or `gui`.
std::string outOfRank(std::string_view top, std::span<const Rank> ranked, std::string_view from,
                      std::string_view to) {
    const Rank *own = rankOf(ranked, from), *other = rankOf(ranked, to);
    if (!own || !other) return fmt::format("{}/{} has no rank", top, own ? to : from);
    if (from == to || other->rank < own->rank) return {};
    return fmt::format("{0}/{1} (rank {2}) includes {0}/{3} (rank {4})", top, from, own->rank, to,
                       other->rank);
}

std::string inCore(std::string_view path, std::string_view include) {
    const Folders to(include);
    if (isQt(include)) return "core includes Qt";
    if (isTbb(include) && isHeader(path)) return "a header of core includes oneTBB";
    if (to.top == "gui") return "core includes gui";
    if (to.top == "kernels" && !contains(kernelsForCore, to.second))
        return "core includes more of kernels than api and dispatch";
    return to.top == "core" ? outOfRank("core", ranks, Folders(path).second, to.second)
                            : std::string();
}

std::string inKernels(std::string_view path, std::string_view include) {
    const std::string_view to = Folders(include).top;
    const bool cuda = Folders(path).second == "cuda" && to.empty() && !isQt(include);
    if (to == "kernels" || to == "hwy" || isStandard(include) || cuda) return {};
    return "kernels include only kernels, Highway and the standard library";
}

std::string inGui(std::string_view path, std::string_view include) {
    const Folders to(include);
    if (to.top == "gui") return outOfRank("gui", guiRanks, Folders(path).second, to.second);
    if (to.top == "kernels") return "gui includes kernels";
    if (isTbb(include)) return "gui includes oneTBB";
    if (to.top == "core" && !contains(coreForWindow, to.second))
        return fmt::format("gui includes core/{}", to.second);
    return {};
}

std::string badInclude(std::string_view path, std::string_view include) {
    const std::string_view from = Folders(path).top;
    if (include.find("..") != std::string_view::npos) return "includes start at the top folder";
    if (from == "tests") return {};
    if (Folders(include).top == "tests") return "includes tests";
    if (from == "core") return inCore(path, include);
    if (from == "kernels") return inKernels(path, include);
    return inGui(path, include);
}

/// The file that a line includes; empty where it includes none.
std::string_view includeOf(std::string_view line) {
    static const std::regex directive(R"(^\s*#\s*include\s*["<]([^">]+)[">].*)");
    std::match_results<std::string_view::const_iterator> match;
    if (!std::regex_match(line.begin(), line.end(), match, directive)) return {};
    return {match[1].first, match[1].second};
}

/// Operators say what they mean. How it lies in memory, kernels say.
std::string_view layoutWordIn(std::string_view line) {
    static const std::regex words(
        R"re(\b(layouts?|[Hh]alos?|[Ll]anes|[Bb]locked|nChw16c|RowMajor)\b|)re"
        R"re(\w*(?:Layout|Halo)\w*)re");
    std::match_results<std::string_view::const_iterator> match;
    if (!std::regex_search(line.begin(), line.end(), match, words)) return {};
    return {match[0].first, match[0].second};
}

/// What the executing part of the engine knows of kernels: offers and calls, whatever family they
/// are of.
std::string_view kernelNameIn(std::string_view line) {
    static constexpr std::string_view known[] = {
        "Algorithm", "Call", "ChainStep", "Form", "ImageCuts", "InPlace", "Kernel", "Layout",
        "Offer", "Offers", "Operand", "Packing", "Problem", "Refusal", "SameHalo", "StreamKernel",
        "asSteps", "deviceAlignment", "bind", "takesRepeats", "takesStore", "takesSums",
        "takesLoad", "loadsByPart", "areCheap", "offers", "imageCuts", "mostHolding",
        "channelsLastGain",
        // What is pooled before it is stored, or after it is loaded.
        "PooledCall", "imageAtPool", "takesPool", "Image",
        // Reductions that a kernel makes beside what it stores.
        "Channel", "ChannelPass", "ChannelSum",
        // No operator's: the look at all states after a step.
        "FirstNonFiniteProblem", "selectFirstNonFinite"};
    static const std::regex use(R"re(\bkernels::(\w+))re");
    std::match_results<std::string_view::const_iterator> match;
    for (auto from = line.begin(); std::regex_search(from, line.end(), match, use);
         from = match[0].second)
        if (const std::string_view name(match[1].first, match[1].second); !contains(known, name))
            return name;
    return {};
}

/// Where the values of a run lie, kernels and whoever calls them know. All others go by places in a
/// Memory.
std::string_view pointerIntoMemoryIn(std::string_view line) {
    static const std::regex ways(
        R"re((?:\.|->)\s*(?:host\s*\(\s*\)|address\s*\()|\bArena\b|\bcore/device/arena\.h\b)re");
    const std::string_view code = line.substr(0, line.find("//"));
    std::match_results<std::string_view::const_iterator> match;
    if (!std::regex_search(code.begin(), code.end(), match, ways)) return {};
    return {match[0].first, match[0].second};
}

/// Folders that may ask a Memory where it lies.
bool mayPoint(std::string_view path) {
    return path.starts_with("core/device/") || path.starts_with("core/exec/") ||
           !path.starts_with("core/");
}

std::string badLine(std::string_view path, std::string_view line) {
    if (path.starts_with("core/ops/"))
        if (const auto word = layoutWordIn(line); !word.empty())
            return fmt::format("operators do not speak of layouts: {}", word);
    if (path.starts_with("core/exec/"))
        if (const auto name = kernelNameIn(line); !name.empty())
            return fmt::format("core/exec knows kernels by their offers alone: {}", name);
    if (!mayPoint(path))
        if (const auto way = pointerIntoMemoryIn(line); !way.empty())
            return fmt::format("only core/device and core/exec point into memory: {}", way);
    if (const auto include = includeOf(line); !include.empty()) {
        const std::string reason = badInclude(path, include);
        return reason.empty() ? reason : fmt::format("{}: {}", reason, include);
    }
    if (path.starts_with("tests/")) return {};
    if (const auto call = fileReplacingCall(line); !call.empty() && !contains(fileMakers, path))
        return fmt::format("only {} replaces files: {}", fileReplacer, call);
    if (path.starts_with("gui/") || contains(jsonParsers, path)) return {};
    const auto call = localeBoundCall(line);
    return call.empty() ? std::string() : fmt::format("depends on the locale: {}", call);
}

std::string licenceOf(std::string_view path) {
    return Folders(path).top == "gui" ? "GPL-3.0-or-later" : "Apache-2.0";
}

}  // namespace

std::string_view fileReplacingCall(std::string_view line) {
    // Not a member or a declaration of that name: nodes of a graph are renamed as well.
    static const std::regex renaming(
        R"re((?:(?:^|[=(!&|,;{]|\breturn)\s*|(?:^|[^\w>])(?:::|std::|fs::|filesystem::)))re"
        R"re((rename(?:at2?)?)\s*\()re");
    // Not a file that is opened to be read or appended to.
    static const std::regex opening(
        R"re(\b(O_CREAT|O_TRUNC|ofstream|QSaveFile|fopen\s*\((?!.*"[ra])))re");
    const std::string_view code = line.substr(0, line.find("//"));
    std::match_results<std::string_view::const_iterator> match;
    for (const std::regex* call : {&renaming, &opening})
        if (std::regex_search(code.begin(), code.end(), match, *call))
            return {match[1].first, match[1].second};
    return {};
}

std::string_view localeBoundCall(std::string_view line) {
    static const std::regex calls(
        R"re(\b(?:strto(?:d|f|ld)|sto(?:d|f|ld)|atof|setlocale|[io]?stringstream|sax_parse|)re"
        R"re(json::parse|Json::parse)\b)re");
    // A real number in printf's format, or one that fmt gives to the locale.
    static const std::regex formats(
        R"re(%[-+#0]*[0-9*]*(?:\.[0-9*]+)?l?[aefgAEFG]|\{[0-9]*:[-+#<>^.0-9]*[aAL]\})re");
    const std::string_view code = line.substr(0, line.find("//"));
    std::match_results<std::string_view::const_iterator> match;
    for (const std::regex* bound : {&calls, &formats})
        if (std::regex_search(code.begin(), code.end(), match, *bound))
            return {match[0].first, match[0].second};
    return {};
}

std::vector<std::string> violationsIn(std::string_view path, std::string_view text) {
    std::vector<std::string> found;
    const auto add = [&](size_t line, std::string_view reason) {
        found.push_back(fmt::format("{}:{}: {}", path, line, reason));
    };
    const auto lines = linesOf(text);
    const std::string tag = "// SPDX-License-Identifier: " + licenceOf(path);
    if (lines.empty() || lines[0] != tag) add(1, fmt::format("the first line is not `{}`", tag));
    if (!path.starts_with("tests/") && lines.size() > longestFile)
        add(lines.size(), fmt::format("longer than {} lines", longestFile));
    for (size_t i = 0; i < lines.size(); ++i)
        if (const auto reason = badLine(path, lines[i]); !reason.empty()) add(i + 1, reason);
    return found;
}

std::vector<std::string> strangersAtTheTop(std::span<const std::string> names) {
    std::vector<std::string> strangers;
    for (const std::string& name : names)
        if (!name.starts_with('.') && !contains(topLevel, name)) strangers.push_back(name);
    return strangers;
}

}  // namespace vitrine::test
