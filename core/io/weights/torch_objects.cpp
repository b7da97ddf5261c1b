// SPDX-License-Identifier: Apache-2.0
// Views of storages; and the walk through dictionaries, which may hold each other.
#include "core/io/weights/torch_objects.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "core/base/count_text.h"
#include "core/base/file.h"
#include "core/io/weights/weight_formats.h"

namespace vitrine {

namespace {

constexpr size_t mostTensors = 100'000, mostVisits = 1'000'000, mostOthers = 40, mostAxes = 64;
constexpr int deepest = 24;
constexpr std::string_view saveNumbers =
    "Save the network's numbers in PyTorch: torch.save(model.state_dict(), 'weights.pt').";
/// Dictionaries that hold weights, by the names that people give them; the first that is there.
constexpr std::string_view containers[] = {
    "state_dict", "model_state_dict", "model_state", "model",      "module", "net",
    "network",    "weights",          "params",      "params_ema", "ema",    "model_ema"};

/// The text, or the number as text, by which a dictionary knows a value.
std::string keyText(const PickleValue& key) {
    if (key.kind == PickleKind::Text) return std::string(key.text);
    if (key.kind == PickleKind::Integer || key.kind == PickleKind::Bool)
        return std::to_string(key.integer);
    return "?";
}

struct Named {
    std::string name;
    const PickleValue* tensor;
};

class TorchReader {
  public:
    TorchReader(const std::string& path, const PickleData& data, bool isBigEndian,
                const TorchStorages& storages)
        : m_path(path), m_data(data), m_isBigEndian(isBigEndian), m_storages(storages) {}

    Result<TorchTensors> read() {
        VITRINE_TRY(choose(m_data.root(), 0));
        if (m_found.empty())
            return weightsError(m_path, "O25", "it is a PyTorch file and holds no tensors",
                                saveNumbers);
        std::set<std::string_view> names;
        for (const Named& named : m_found) {
            if (!names.insert(named.name).second) continue;  // two keys that look alike
            auto tensor = view(named);
            if (!tensor) return tensor.error();
            m_out.tensors.push_back(std::move(tensor).value());
        }
        return std::move(m_out);
    }

  private:
    Error damaged(std::string_view why) const {
        return weightsError(m_path, "G09", why, "Copy the file again, or save it anew.");
    }

    bool holdsTensors(const PickleValue& value, int depth) {
        if (value.kind == PickleKind::Tensor) return true;
        if (depth > deepest || ++m_visits > mostVisits) return false;
        const size_t step = value.kind == PickleKind::Dict ? 2 : 1;
        if (value.kind != PickleKind::Dict && value.kind != PickleKind::List) return false;
        for (size_t i = step - 1; i < value.items.size(); i += step)
            if (holdsTensors(m_data.at(value.items[i]), depth + 1)) return true;
        return false;
    }

    /// Goes down to the dictionary that holds the weights by its name, past others that hold some.
    Result<void> choose(const PickleValue& value, int depth) {
        const PickleValue* chosen = nullptr;
        size_t best = std::size(containers);
        const bool isDict = value.kind == PickleKind::Dict && depth <= deepest;
        for (size_t i = 0; isDict && i + 1 < value.items.size(); i += 2) {
            const PickleValue& held = m_data.at(value.items[i + 1]);
            if (held.kind == PickleKind::Tensor) return collect(value, "", depth);
            const std::string key = keyText(m_data.at(value.items[i]));
            const auto rank =
                static_cast<size_t>(std::ranges::find(containers, key) - std::begin(containers));
            if (rank >= best || held.kind != PickleKind::Dict || !holdsTensors(held, depth + 1))
                continue;
            best = rank;
            chosen = &held;
        }
        if (!chosen) return collect(value, "", depth);
        list(value, chosen);
        return choose(*chosen, depth + 1);
    }

    /// What stands beside the chosen dictionary.
    void list(const PickleValue& dict, const PickleValue* chosen) {
        for (size_t i = 0; i + 1 < dict.items.size(); i += 2) {
            const PickleValue& held = m_data.at(dict.items[i + 1]);
            const std::string key = printable(keyText(m_data.at(dict.items[i])), 60);
            if (&held == chosen)
                m_out.others.push_back(fmt::format("weights are under '{}'", key));
            else
                note(key, held);
        }
    }

    void note(const std::string& key, const PickleValue& value) {
        if (m_out.others.size() >= mostOthers) return;
        switch (value.kind) {
            case PickleKind::Integer:
                m_out.others.push_back(fmt::format("{} = {}", key, value.integer));
                return;
            case PickleKind::Bool:
                m_out.others.push_back(fmt::format("{} = {}", key, value.integer != 0));
                return;
            case PickleKind::Real:
                m_out.others.push_back(fmt::format("{} = {:.6g}", key, value.real));
                return;
            case PickleKind::Text:
                m_out.others.push_back(fmt::format("{} = '{}'", key, printable(value.text, 60)));
                return;
            case PickleKind::Dict:
                m_out.others.push_back(fmt::format(
                    "{}: {}", key, countOf(value.items.size() / 2, "entry", "entries")));
                return;
            case PickleKind::List:
                m_out.others.push_back(
                    fmt::format("{}: {}", key, countOf(value.items.size(), "entry", "entries")));
                return;
            default:
                m_out.others.push_back(key);
        }
    }

    /// All tensors below a value.
    Result<void> collect(const PickleValue& value, const std::string& name, int depth) {
        if (value.kind == PickleKind::Tensor) {
            if (m_found.size() == mostTensors)
                return weightsError(
                    m_path, "G06",
                    fmt::format("it holds more than {} tensors", fmt::group_digits(mostTensors)),
                    "Save those that the network needs in a file of their own.");
            m_found.push_back({name.empty() ? "tensor" : name, &value});
            return {};
        }
        if (depth > deepest || ++m_visits > mostVisits)
            return damaged("its dictionaries hold each other more deeply than weights need");
        const auto under = [&](const std::string& key) {
            return name.empty() ? key : fmt::format("{}.{}", name, key);
        };
        if (value.kind == PickleKind::Dict) {
            for (size_t i = 0; i + 1 < value.items.size(); i += 2)
                VITRINE_TRY(collect(m_data.at(value.items[i + 1]),
                                    under(keyText(m_data.at(value.items[i]))), depth + 1));
        } else if (value.kind == PickleKind::List) {
            for (size_t i = 0; i < value.items.size(); ++i)
                VITRINE_TRY(
                    collect(m_data.at(value.items[i]), under(std::to_string(i)), depth + 1));
        } else if (depth <= 1) {
            note(printable(name, 60), value);
        }
        return {};
    }

    const PickleValue* item(const PickleValue& of, size_t index, PickleKind kind) const {
        if (index >= of.items.size()) return nullptr;
        const PickleValue& value = m_data.at(of.items[index]);
        return value.kind == kind ? &value : nullptr;
    }

    /// The type that a tensor names for itself, else that of its storage.
    std::optional<TorchType> typeOf(const PickleValue& tensor, const PickleValue& storage) const {
        constexpr size_t ownType = 6;
        if (const auto* own = item(tensor, ownType, PickleKind::Class)) return torchType(own->text);
        const auto* of = item(storage, 1, PickleKind::Class);
        return of ? torchType(of->text) : std::nullopt;
    }

    /// Arguments of _rebuild_tensor: storage, offset, extents, strides.
    Result<StoredTensor> view(const Named& named) const {
        const PickleValue& tensor = *named.tensor;
        const std::string shown = printable(named.name, 80);
        const auto* storage = item(tensor, 0, PickleKind::Storage);
        const auto* offset = item(tensor, 1, PickleKind::Integer);
        const auto* sizes = item(tensor, 2, PickleKind::List);
        const auto* strides = item(tensor, 3, PickleKind::List);
        const bool areFew = sizes && strides && sizes->items.size() <= mostAxes &&
                            strides->items.size() <= mostAxes;
        const auto shape = areFew ? m_data.integers(*sizes) : std::nullopt;
        const auto steps = areFew ? m_data.integers(*strides) : std::nullopt;
        if (!storage || !offset || !shape || !steps || shape->size() != steps->size())
            return damaged(fmt::format("tensor '{}' has no extents and strides", shown));
        const auto type = typeOf(tensor, *storage);
        StoredTensor stored{.name = named.name,
                            .typeName = type ? std::string(type->name) : std::string("unknown"),
                            .dtype = type ? type->dtype : std::nullopt,
                            .shape = *shape,
                            .strides = *steps,
                            .isBigEndian = m_isBigEndian};
        if (!stored.dtype) stored.why = "its type is not read";
        if (item(*storage, 5, PickleKind::List))  // of PyTorch before 0.4
            return damaged(fmt::format("tensor '{}' is a part of another's numbers", shown));
        const auto bytes = m_storages(item(*storage, 2, PickleKind::Text)->text);
        if (!bytes) return damaged(fmt::format("the numbers of tensor '{}' are missing", shown));
        const int64_t each = type ? type->bytes : 1;
        if (offset->integer < 0 || offset->integer > std::ssize(*bytes) / each)
            return damaged(fmt::format("tensor '{}' begins behind its numbers", shown));
        stored.bytes = bytes->subspan(static_cast<size_t>(offset->integer * each));
        return checked(std::move(stored));
    }

    Result<StoredTensor> checked(StoredTensor stored) const {
        if (std::ranges::any_of(stored.shape, [](int64_t extent) { return extent < 0; }))
            return damaged(fmt::format("tensor '{}' has a negative extent", stored.name));
        const std::string why = whyNotStored(stored);
        if (why.empty()) return stored;
        const std::string shown = printable(stored.name, 80);
        if (stored.shape.size() > Shape::maxRank && stored.elements() >= 0) {
            stored.why = why;
            return stored;
        }
        return damaged(fmt::format("tensor '{}': {}", shown, why));
    }

    const std::string& m_path;
    const PickleData& m_data;
    const bool m_isBigEndian;
    const TorchStorages& m_storages;
    std::vector<Named> m_found;
    size_t m_visits = 0;
    TorchTensors m_out;
};

}  // namespace

Result<TorchTensors> torchTensors(const std::string& path, const PickleData& data, bool isBigEndian,
                                  const TorchStorages& storages) {
    return TorchReader(path, data, isBigEndian, storages).read();
}

}  // namespace vitrine
