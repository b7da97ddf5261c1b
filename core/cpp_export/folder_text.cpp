// SPDX-License-Identifier: Apache-2.0
// Header, code and numbers of an exported network as text.
#include "core/cpp_export/folder_text.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/cpp_export/text.h"

namespace vitrine::cpp_export {

namespace {

using Words = std::set<std::string, std::less<>>;

void addWords(std::string_view text, Words& words) {
    const auto isOfWord = [](char c) {
        return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0;
    };
    for (auto at = text.begin(); at != text.end();) {
        at = std::find_if(at, text.end(), isOfWord);
        const auto end = std::find_if_not(at, text.end(), isOfWord);
        if (at != end) words.emplace(at, end);
        at = end;
    }
}

/// What stands in the code of the calls, and must mean that.
Words wordsOf(const Code& code) {
    Words words{"at"};
    for (const Step& step : code.steps()) {
        addWords(step.body, words);
        for (const Pointer& pointer : step.pointers) words.insert(pointer.name);
    }
    return words;
}

/// Names of all ends as C++ has them, each once.
std::vector<std::string> endNames(const Code& code, const Facts& facts) {
    Words taken = wordsOf(code);
    std::vector<std::string> names;
    const auto add = [&](const End& end) {
        std::string name = identifierFor(end.name);
        while (!taken.insert(name).second) name += "_";
        names.push_back(std::move(name));
    };
    for (const End& end : facts.inputs) add(end);
    for (const End& end : facts.outputs) add(end);
    return names;
}

/// `const float* image, float* logits`.
std::string parameters(const Facts& facts, const std::vector<std::string>& names) {
    std::vector<std::string> texts;
    for (size_t k = 0; k < names.size(); ++k) {
        const bool isInput = k < facts.inputs.size();
        const End& end = isInput ? facts.inputs[k] : facts.outputs[k - facts.inputs.size()];
        texts.push_back(
            fmt::format("{}{}* {}", isInput ? "const " : "", typeName(end.dtype), names[k]));
    }
    return joined(texts);
}

/// NumPy's name of a type: kind and bytes.
std::string numpyType(DType dtype) {
    const char kind = dtype == DType::Bool  ? 'b'
                      : isFloat(dtype)      ? 'f'
                      : dtype <= DType::I64 ? 'i'
                                            : 'u';
    return fmt::format("{}{}", kind, sizeOf(dtype));
}

std::string endText(const End& end) {
    return fmt::format("    {{{}, \"{}\", {}, {}, {{{}}}, {}}}", quoted(end.name),
                       numpyType(end.dtype), bytesOf(end.dtype, end.shape.elements()),
                       end.shape.rank(), fmt::join(end.shape.dims(), ", "),
                       end.isPicture ? "true" : "false");
}

std::string endsText(const char* name, const std::vector<End>& ends) {
    std::vector<std::string> texts;
    for (const End& end : ends) texts.push_back(endText(end));
    return fmt::format("inline constexpr End {}[] = {{\n{}}};\n", name, joined(texts, ",\n"));
}

std::string numbersText(const char* name, const std::vector<double>& numbers) {
    std::vector<std::string> texts;
    for (const double value : numbers) texts.push_back(literal(value, DType::F64));
    return fmt::format("inline constexpr double {}[] = {};\n", name, braced(texts));
}

std::string classesText(const Facts& facts) {
    std::vector<std::string> names;
    for (const std::string& name : facts.classes) names.push_back("    " + quoted(name));
    return fmt::format(
        "inline constexpr std::size_t classCount = {};\n"
        "inline constexpr const char* classes[] = {{\n{}}};\n",
        names.size(), names.empty() ? "    nullptr" : joined(names, ",\n"));
}

std::string headerText(const Code& code, const Facts& facts,
                       const std::vector<std::string>& names) {
    return fmt::format(
        R"(// {maker}. See README.txt.
#pragma once

#include <cstddef>
#include <cstdint>

namespace {name} {{

/// What goes in or comes out: arrays in row-major order.
struct End {{
    const char* name;
    const char* type;  ///< as NumPy calls it
    std::size_t bytes;
    int rank;
    std::ptrdiff_t shape[8];
    bool isPicture;  ///< wants (pixel - mean) / deviation of pixels from 0 to 1
}};
{inputs}{outputs}
/// Of pixels: one number for all channels, or one for each.
{mean}{deviation}
{classes}
/// The trained numbers. One is enough for any number of networks.
struct Weights {{
    static constexpr std::size_t bytes = {weightBytes};
{weights}
}};

/// Memory for one call at a time: give each thread one of its own. It is large: make it static, or
/// with new. Nothing else is allocated.
class Network {{
  public:
    explicit Network(const Weights& weights) : m_weights(weights) {{}}
    void run({parameters}) noexcept;
    /// The same by number, in the order of `inputs` and `outputs`.
    void runAll(const void* const* from, void* const* to) noexcept;

  private:
    const Weights& m_weights;
    alignas(64) unsigned char m_arena[{arena}];
}};

}}  // namespace {name}
)",
        fmt::arg("maker", facts.maker), fmt::arg("name", facts.name),
        fmt::arg("inputs", endsText("inputs", facts.inputs)),
        fmt::arg("outputs", endsText("outputs", facts.outputs)),
        fmt::arg("mean", numbersText("mean", facts.mean)),
        fmt::arg("deviation", numbersText("deviation", facts.deviation)),
        fmt::arg("classes", classesText(facts)),
        fmt::arg("weightBytes", code.constantBytes() + Code::slackBytes),
        fmt::arg(
            "weights",
            facts.weightsInside
                ? "    static const unsigned char data[bytes];\n"
                  "    bool read(const char*) { return true; }"
                : "    alignas(64) unsigned char data[bytes];\n"
                  "    /// From weights.bin. False where it cannot be read or is another one.\n"
                  "    bool read(const char* path);"),
        fmt::arg("parameters", parameters(facts, names)), fmt::arg("arena", code.arenaBytes()));
}

std::string pointerText(const Code& code, const Pointer& pointer,
                        const std::vector<std::string>& names, size_t inputs) {
    const Buffer& buffer = code.buffers()[static_cast<size_t>(pointer.array.buffer)];
    const std::string type = typeName(pointer.array.dtype);
    const int64_t offset = pointer.array.view.offset;
    std::string place;
    if (buffer.kind == BufferKind::Work)
        place = fmt::format("at<{}>(m_arena, {})", type, buffer.at);
    else if (buffer.kind == BufferKind::Constant)
        place = fmt::format("at<{}>(m_weights.data, {})", type, buffer.at);
    else
        place = names[static_cast<size_t>(buffer.index) +
                      (buffer.kind == BufferKind::Output ? inputs : 0)];
    if (offset != 0) place += fmt::format(" {} {}", offset < 0 ? '-' : '+', std::abs(offset));
    return fmt::format("        {}{}* const {} = {};\n", pointer.isResult ? "" : "const ", type,
                       pointer.name, place);
}

std::string stepText(const Code& code, const Step& step, const std::vector<std::string>& names,
                     size_t inputs) {
    std::string text = "    {";
    text += step.comment.empty() ? "\n" : "  // " + step.comment + "\n";
    for (const Pointer& pointer : step.pointers) text += pointerText(code, pointer, names, inputs);
    return text + "        " + step.body + "\n    }\n";
}

std::string runAllText(const Facts& facts) {
    std::vector<std::string> arguments;
    for (size_t k = 0; k < facts.inputs.size(); ++k)
        arguments.push_back(
            fmt::format("static_cast<const {}*>(from[{}])", typeName(facts.inputs[k].dtype), k));
    for (size_t k = 0; k < facts.outputs.size(); ++k)
        arguments.push_back(
            fmt::format("static_cast<{}*>(to[{}])", typeName(facts.outputs[k].dtype), k));
    return fmt::format(
        "void Network::runAll([[maybe_unused]] const void* const* from, void* const* to) noexcept "
        "{{\n    run({});\n}}\n",
        joined(arguments));
}

std::vector<size_t> unreadInputs(const Code& code, size_t inputs) {
    std::vector<char> isRead(inputs, 0);
    for (const Step& step : code.steps())
        for (const Pointer& pointer : step.pointers) {
            const Buffer& buffer = code.buffers()[static_cast<size_t>(pointer.array.buffer)];
            if (buffer.kind == BufferKind::Input) isRead[static_cast<size_t>(buffer.index)] = 1;
        }
    std::vector<size_t> unread;
    for (size_t k = 0; k < inputs; ++k)
        if (!isRead[k]) unread.push_back(k);
    return unread;
}

std::string codeText(const Code& code, const Facts& facts, const std::vector<std::string>& names) {
    std::string steps;
    for (const size_t unread : unreadInputs(code, facts.inputs.size()))
        steps += fmt::format("    static_cast<void>({});  // nothing takes it\n", names[unread]);
    for (const Step& step : code.steps()) steps += stepText(code, step, names, facts.inputs.size());
    return fmt::format(R"(// {maker}: what the network does, call by call.
#include "network.h"

{kernels}

namespace {name} {{

using namespace kernels;

void Network::run({parameters}) noexcept {{
{steps}}}

{runAll}
}}  // namespace {name}
)",
                       fmt::arg("maker", facts.maker), fmt::arg("name", facts.name),
                       fmt::arg("kernels", "#include \"kernels/kernels.h\""),
                       fmt::arg("parameters", parameters(facts, names)), fmt::arg("steps", steps),
                       fmt::arg("runAll", runAllText(facts)));
}

/// Bytes as an array that any compiler reads quickly: text, with an escape for each.
std::string insideText(const std::vector<std::byte>& bytes, const Facts& facts) {
    constexpr size_t bytesALine = 24;
    std::string text = fmt::format(
        "// {}: the trained numbers, little-endian.\n#include \"network.h\"\n\nnamespace {} {{\n\n"
        "alignas(64) const unsigned char Weights::data[Weights::bytes] =\n",
        facts.maker, facts.name);
    text.reserve(bytes.size() * 5);
    for (size_t i = 0; i < bytes.size(); i += bytesALine) {
        text += "    \"";
        for (size_t k = i; k < std::min(i + bytesALine, bytes.size()); ++k) {
            const auto byte = static_cast<unsigned>(bytes[k]);
            text += {'\\', static_cast<char>('0' + byte / 64),
                     static_cast<char>('0' + byte / 8 % 8), static_cast<char>('0' + byte % 8)};
        }
        text += "\"\n";
    }
    if (bytes.empty()) text += "    \"\"\n";
    return text + "    ;\n\n}  // namespace " + facts.name + "\n";
}

std::string asString(const std::vector<std::byte>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string named(std::string text, const std::string& name) {
    constexpr std::string_view mark = "@name@";
    for (size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at))
        text.replace(at, mark.size(), name);
    return text;
}

}  // namespace

std::vector<TextFile> filesOf(const Code& code, Facts facts) {
    // The calls are looked for in the namespace first.
    while (wordsOf(code).contains(facts.name)) facts.name += "_";
    const std::vector<std::string> names = endNames(code, facts);
    std::vector<TextFile> files;
    files.push_back({"network.h", headerText(code, facts, names)});
    files.push_back({"network.cpp", codeText(code, facts, names)});
    std::vector<std::byte> constants = code.constants();
    if (facts.weightsInside) {
        files.push_back({"weights.cpp", insideText(constants, facts)});
    } else {
        constants.resize(constants.size() + Code::slackBytes);
        files.push_back({"weights.bin", asString(constants)});
    }
    for (const CommonFile& common : commonFiles()) {
        const bool isReader = std::string_view(common.path) == "weights.cpp";
        if (!isReader || !facts.weightsInside)
            files.push_back({common.path, named(common.content, facts.name)});
    }
    return files;
}

}  // namespace vitrine::cpp_export
