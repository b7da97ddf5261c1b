// SPDX-License-Identifier: Apache-2.0
// The wire format of protocol buffers (protobuf.dev, "Encoding"), and the field numbers of
// onnx.proto3.
#include "tests/support/onnx_case.h"

#include <fmt/format.h>

#include <QDir>
#include <QFile>
#include <QProcess>
#include <bit>
#include <cstring>
#include <functional>

#include "core/base/file.h"

namespace vitrine::test {

namespace {

using Bytes = std::span<const std::byte>;

struct Broken {};  ///< thrown where a message ends too early

/// One field of a message: a number, or bytes.
struct Field {
    int number = 0;
    uint64_t value = 0;
    Bytes bytes;

    std::string text() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
    float real() const { return std::bit_cast<float>(static_cast<uint32_t>(value)); }
};

class Message {
  public:
    explicit Message(Bytes bytes) : m_rest(bytes) {}

    bool isAtEnd() const { return m_rest.empty(); }

    Field next() {
        const uint64_t key = varint();
        Field field{static_cast<int>(key >> 3), 0, {}};
        switch (key & 7) {
            case 0:
                field.value = varint();
                break;
            case 1:
                field.value = fixed(8);
                break;
            case 2:
                field.bytes = take(varint());
                break;
            case 5:
                field.value = fixed(4);
                break;
            default:
                throw Broken{};
        }
        return field;
    }

    uint64_t varint() {
        uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            const auto byte = static_cast<uint64_t>(take(1)[0]);
            value |= (byte & 127) << shift;
            if (byte < 128) return value;
        }
        throw Broken{};
    }

    uint64_t fixed(size_t bytes) {
        uint64_t value = 0;
        std::memcpy(&value, take(bytes).data(), bytes);
        return value;
    }

  private:
    Bytes take(uint64_t count) {
        if (count > m_rest.size()) throw Broken{};
        const Bytes taken = m_rest.first(count);
        m_rest = m_rest.subspan(count);
        return taken;
    }

    Bytes m_rest;
};

void forEachField(Bytes message, const std::function<void(const Field&)>& use) {
    for (Message rest(message); !rest.isAtEnd();) use(rest.next());
}

/// Numbers of a field that stands once for each, or once for all of them.
void addWhole(const Field& field, std::vector<double>& numbers) {
    if (field.bytes.empty()) return numbers.push_back(static_cast<double>(int64_t(field.value)));
    for (Message rest(field.bytes); !rest.isAtEnd();)
        numbers.push_back(static_cast<double>(static_cast<int64_t>(rest.varint())));
}

/// TensorProto.DataType, as far as these cases use it.
enum Type { Float = 1, Int32 = 6, Int64 = 7, Bool = 9, Double = 11 };

template <class T>
void addRaw(Bytes raw, std::vector<double>& numbers) {
    for (size_t at = 0; at + sizeof(T) <= raw.size(); at += sizeof(T)) {
        T number;
        std::memcpy(&number, raw.data() + at, sizeof(T));
        numbers.push_back(static_cast<double>(number));
    }
}

void addRaw(int type, Bytes raw, std::vector<double>& numbers) {
    switch (type) {
        case Float:
            return addRaw<float>(raw, numbers);
        case Int32:
            return addRaw<int32_t>(raw, numbers);
        case Int64:
            return addRaw<int64_t>(raw, numbers);
        case Bool:
            return addRaw<uint8_t>(raw, numbers);
        case Double:
            return addRaw<double>(raw, numbers);
        default:
            throw Broken{};
    }
}

OnnxTensor tensorOf(Bytes message) {
    OnnxTensor tensor;
    int type = 0;
    Bytes raw;
    std::vector<double> extents;
    forEachField(message, [&](const Field& field) {
        if (field.number == 1) addWhole(field, extents);
        if (field.number == 2) type = static_cast<int>(field.value);
        if (field.number == 4 && field.bytes.empty()) tensor.numbers.push_back(field.real());
        if (field.number == 4) addRaw<float>(field.bytes, tensor.numbers);
        if (field.number == 5 || field.number == 7) addWhole(field, tensor.numbers);
        if (field.number == 8) tensor.name = field.text();
        if (field.number == 9) raw = field.bytes;
        if (field.number == 10) addRaw<double>(field.bytes, tensor.numbers);
    });
    for (double extent : extents) tensor.shape.push_back(static_cast<int64_t>(extent));
    if (!raw.empty()) addRaw(type, raw, tensor.numbers);
    tensor.isFloat = type == Float || type == Double;
    int64_t count = 1;
    for (int64_t extent : tensor.shape) count *= extent;
    if (std::ssize(tensor.numbers) != count) throw Broken{};
    return tensor;
}

void addAttribute(Bytes message, OnnxCase& into) {
    std::string name, word;
    double number = 0;
    forEachField(message, [&](const Field& field) {
        if (field.number == 1) name = field.text();
        if (field.number == 2) number = field.real();
        if (field.number == 3) number = static_cast<double>(static_cast<int64_t>(field.value));
        if (field.number == 4) word = field.text();
    });
    into.numbers[name] = number;
    into.words[name] = word;
}

void addNode(Bytes message, OnnxCase& into) {
    if (++into.nodes > 1) return;
    forEachField(message, [&](const Field& field) {
        if (field.number == 2 && !field.bytes.empty()) into.outputs.push_back(field.text());
        if (field.number == 4) into.op = field.text();
        if (field.number == 5) addAttribute(field.bytes, into);
    });
}

void readModel(Bytes model, OnnxCase& into) {
    forEachField(model, [&](const Field& graph) {
        if (graph.number != 7) return;
        forEachField(graph.bytes, [&](const Field& field) {
            if (field.number == 1) addNode(field.bytes, into);
        });
    });
}

Result<std::vector<std::byte>> contents(const std::string& path) { return readFile(path, {}); }

}  // namespace

double OnnxCase::number(const std::string& field, double otherwise) const {
    const auto found = numbers.find(field);
    return found == numbers.end() ? otherwise : found->second;
}

Result<OnnxCase> loadOnnxCase(const std::string& folder) {
    OnnxCase result;
    result.name = folder.substr(folder.rfind('/') + 1);
    std::string path = folder + "/model.onnx";
    try {
        const auto model = contents(path);
        if (!model) return model.error();
        readModel(*model, result);
        for (const auto& [word, tensors] :
             {std::pair{"input", &result.in}, std::pair{"output", &result.out}})
            for (int k = 0;; ++k) {
                path = fmt::format("{}/test_data_set_0/{}_{}.pb", folder, word, k);
                if (!QFile::exists(QString::fromStdString(path))) break;
                const auto tensor = contents(path);
                if (!tensor) return tensor.error();
                tensors->push_back(tensorOf(*tensor));
            }
    } catch (const Broken&) {
        return Error{"onnx", path + " is not a file of these cases", {}, {}, {}};
    }
    return result;
}

std::string onnxCases(const std::string& scratch, const std::vector<std::string>& patterns) {
    const QString data = qEnvironmentVariable("VITRINE_TEST_DATA");
    if (data.isEmpty()) return {};
    const QString folder = data + "/onnx-backend/node",
                  archive = data + "/onnx-backend/backend-data.tar.xz";
    if (QDir(folder).exists()) return folder.toStdString();
    if (!QFile::exists(archive)) return {};
    const QString into = QString::fromStdString(scratch);
    QStringList arguments{"-xJf", archive, "-C", into, "--wildcards"};
    for (const std::string& pattern : patterns)
        arguments << QString::fromStdString("node/" + pattern + "/*");
    return QProcess::execute("tar", arguments) == 0 ? (into + "/node").toStdString()
                                                    : std::string();
}

}  // namespace vitrine::test
