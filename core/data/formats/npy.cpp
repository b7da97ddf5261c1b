// SPDX-License-Identifier: Apache-2.0
// Data format "npy": NumPy's arrays, in an .npz file or in .npy files of a folder. MedMNIST's and
// Keras's files open as they are.
#include "core/data/arrays/array_fields.h"
#include "core/data/arrays/named_arrays.h"

namespace vitrine::formats::npy {

namespace {

class StoredArrays : public NamedArrays {
  public:
    explicit StoredArrays(ArrayStore store) : m_store(std::move(store)) {}
    const std::vector<std::string>& names() const override { return m_store.names(); }
    Result<KeptArray> read(const std::string& name, const std::stop_token& stop) override {
        return m_store.read(name, stop);
    }

  private:
    const ArrayStore m_store;
};

Result<Dataset> open(const Attrs& attrs, const DataRequest& request) {
    auto store = ArrayStore::open(request.folder);
    if (!store) return store.error();
    StoredArrays arrays(std::move(store).value());
    return openNamedArrays("npy", arrays, attrs, request);
}

/// Names that are chosen for other data do not stay.
bool recognise(const std::string& path, Attrs& attrs) {
    if (!holdsArrays(path)) return false;
    const auto store = ArrayStore::open(path);
    for (const std::string_view field :
         {"train_images", "train_labels", "test_images", "test_labels"})
        if (!store || std::ranges::find(store->names(), attrs.text(field)) == store->names().end())
            attrs.with(field, std::string());
    return true;
}

}  // namespace

extern const DataFormatDescriptor descriptor;
constinit const DataFormatDescriptor descriptor{
    .id = "npy",
    .title = "NumPy arrays",
    .summary =
        "Arrays of inputs and labels in an .npz file, or in .npy files of a folder, as "
        "MedMNIST and Keras come.",
    .columns = namedArrayColumns,
    .fields = namedArrayFields,
    .needsFolder = true,
    .takesFile = true,
    .open = open,
    .recognise = recognise,
};

}  // namespace vitrine::formats::npy
