// SPDX-License-Identifier: Apache-2.0
// HDF5: every data set that lies in the file itself, of numbers. Links that lead to other files are
// not followed, filters outside of the library are not loaded.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/decode/program/hdf5_handle.h"
#include "core/decode/program/hdf5_text.h"

namespace vitrine::decode {

namespace {

/// What a data set's numbers become in memory, or why they cannot.
struct Form {
    Number number = Number::U8;
    std::string whyNot;
};

Form wholeForm(hid_t type) {
    const bool hasSign = H5Tget_sign(type) == H5T_SGN_2;
    switch (H5Tget_size(type)) {
        case 1:
            return {hasSign ? Number::I8 : Number::U8, {}};
        case 2:
            return {hasSign ? Number::I16 : Number::U16, {}};
        case 4:
            return {hasSign ? Number::I32 : Number::U32, {}};
        case 8:
            return {hasSign ? Number::I64 : Number::U64, {}};
        default:
            return {Number::U8, fmt::format("has whole numbers of {} bytes", H5Tget_size(type))};
    }
}

/// `FALSE` and `TRUE`, as Python writes truth values.
bool isBool(hid_t type) {
    if (H5Tget_nmembers(type) != 2) return false;
    bool isIt = true;
    for (unsigned i = 0; i < 2; ++i) {
        char* const name = H5Tget_member_name(type, i);
        isIt = isIt && name && std::string_view(name) == (i == 0 ? "FALSE" : "TRUE");
        H5free_memory(name);
    }
    return isIt;
}

Form formOf(hid_t type) {
    switch (H5Tget_class(type)) {
        case H5T_INTEGER:
            return wholeForm(type);
        case H5T_FLOAT:
            return {H5Tget_size(type) <= 4 ? Number::F32 : Number::F64, {}};
        case H5T_ENUM: {
            if (isBool(type) && H5Tget_size(type) == 1) return {Number::Bool, {}};
            const Hdf5Handle base(H5Tget_super(type), H5Tclose);
            return wholeForm(base.get());
        }
        case H5T_STRING:
            return {Number::Text, {}};
        case H5T_COMPOUND:
            return {Number::U8, "holds records of several fields"};
        case H5T_VLEN:
            return {Number::U8, "holds lists of unlike length"};
        default:
            return {Number::U8, "holds no numbers"};
    }
}

/// Python has no type of two bytes that bfloat16 would be: Keras writes them as they are, and says
/// in an attribute what they are.
bool isBrainFloat(hid_t dataset, hid_t type) {
    if (H5Tget_class(type) != H5T_OPAQUE || H5Tget_size(type) != 2) return false;
    if (H5Aexists(dataset, "dtype") <= 0) return false;
    const Hdf5Handle attribute(H5Aopen(dataset, "dtype", H5P_DEFAULT), H5Aclose);
    return attributeText(attribute.get()) == "bfloat16";
}

hid_t memoryType(Number number) {
    switch (number) {
        case Number::Bool:
        case Number::I8:
            return H5T_NATIVE_INT8;
        case Number::U8:
            return H5T_NATIVE_UINT8;
        case Number::U16:
            return H5T_NATIVE_UINT16;
        case Number::I16:
            return H5T_NATIVE_INT16;
        case Number::U32:
            return H5T_NATIVE_UINT32;
        case Number::I32:
            return H5T_NATIVE_INT32;
        case Number::U64:
            return H5T_NATIVE_UINT64;
        case Number::I64:
            return H5T_NATIVE_INT64;
        case Number::F32:
            return H5T_NATIVE_FLOAT;
        case Number::F64:
            return H5T_NATIVE_DOUBLE;
        case Number::Text:
        case Number::BF16:
            break;
    }
    return H5T_NATIVE_UINT8;
}

/// Where values lie, and how they are packed.
std::string whyNotStored(hid_t dataset) {
    const Hdf5Handle made(H5Dget_create_plist(dataset), H5Pclose);
    if (H5Pget_layout(made.get()) == H5D_VIRTUAL) return "is put together from other files";
    if (H5Pget_external_count(made.get()) > 0) return "lies in another file";
    const int filters = H5Pget_nfilters(made.get());
    for (int i = 0; i < filters; ++i) {
        unsigned flags = 0;
        size_t values = 0;
        std::array<char, 64> name{};
        const H5Z_filter_t filter =
            H5Pget_filter2(made.get(), static_cast<unsigned>(i), &flags, &values, nullptr,
                           name.size(), name.data(), nullptr);
        name.back() = 0;
        if (filter < 0 || H5Zfilter_avail(filter) <= 0)
            return fmt::format("is compressed by '{}' (filter {}), which is not there", name.data(),
                               filter);
    }
    return {};
}

ArrayInfo describe(hid_t dataset, std::string name) {
    ArrayInfo array{.name = std::move(name), .shape = {}};
    const Hdf5Handle type(H5Dget_type(dataset), H5Tclose), space(H5Dget_space(dataset), H5Sclose);
    Form form = isBrainFloat(dataset, type.get()) ? Form{Number::BF16, {}} : formOf(type.get());
    array.number = form.number;
    array.whyNot = std::move(form.whyNot);
    const int rank = H5Sget_simple_extent_ndims(space.get());
    if (rank < 0 || rank >= static_cast<int>(mostRank)) {
        array.whyNot = fmt::format("has {} axes", rank);
        return array;
    }
    if (H5Sget_simple_extent_type(space.get()) == H5S_NULL) array.whyNot = "is empty";
    std::array<hsize_t, mostRank> extents{};
    H5Sget_simple_extent_dims(space.get(), extents.data(), nullptr);
    double bytes = static_cast<double>(sizeOf(array.number));
    for (int axis = 0; axis < rank; ++axis) {
        const hsize_t extent = extents[static_cast<size_t>(axis)];
        bytes *= static_cast<double>(std::max<hsize_t>(extent, 1));
        array.shape.push_back(static_cast<int64_t>(extent));
    }
    if (array.number == Number::Text) {
        array.shape.push_back(static_cast<int64_t>(textBytes(type.get())));
        bytes *= static_cast<double>(array.shape.back());
    }
    if (bytes > 1e13) {
        array.shape.clear();
        array.whyNot = "claims more than 10 TB";
    }
    if (array.whyNot.empty()) array.whyNot = whyNotStored(dataset);
    return array;
}

class Hdf5Reader : public ArrayReader {
  public:
    explicit Hdf5Reader(const std::string& path) {
        H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
        H5PLset_loading_state(0);
        m_file = {H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose};
        if (!m_file.isOpen())
            refuseDamaged(fmt::format("it cannot be opened as HDF5: {}", hdf5Trouble()));
    }

    std::vector<ArrayInfo> list() override {
        Visit visit;
        const herr_t seen = H5Ovisit2(m_file.get(), H5_INDEX_NAME, H5_ITER_INC, &Hdf5Reader::note,
                                      &visit, H5O_INFO_BASIC);
        if (seen < 0)
            refuseDamaged(fmt::format("its HDF5 list of contents is damaged: {}", hdf5Trouble()));
        std::vector<ArrayInfo> arrays;
        for (std::string& name : visit.names) {
            const Hdf5Handle dataset = open(name);
            if (dataset.isOpen())
                arrays.push_back(describe(dataset.get(), std::move(name)));
            else  // a damaged one, or of a newer version of the format
                arrays.push_back({.name = std::move(name),
                                  .shape = {},
                                  .whyNot = "cannot be opened: " + hdf5Trouble()});
        }
        return arrays;
    }

    void read(const ArrayInfo& array, int64_t first, int64_t count,
              std::span<std::byte> to) override {
        if (to.empty()) return;
        if (m_name != array.name) m_dataset = open(array.name);
        m_name = array.name;
        if (!m_dataset.isOpen())
            refuseDamaged(fmt::format("'{}' cannot be opened: {}", array.name, hdf5Trouble()));
        const bool areTexts = array.number == Number::Text;
        const size_t each =
            areTexts ? static_cast<size_t>(array.shape.back()) : sizeOf(array.number);
        const Hdf5Handle selected = select(array, areTexts, first, count),
                         memory = memoryFor(selected, to.size() / each);
        const Hdf5Handle own(H5Dget_type(m_dataset.get()), H5Tclose);
        const hid_t type = array.number == Number::BF16 ? own.get() : memoryType(array.number);
        if (array.number == Number::BF16 && !isBrainFloat(m_dataset.get(), type))
            refuseDamaged(fmt::format("'{}' has another type than it had before", array.name));
        if (!(areTexts ? readTexts(m_dataset.get(), memory.get(), selected.get(), each, to)
                       : H5Dread(m_dataset.get(), type, memory.get(), selected.get(), H5P_DEFAULT,
                                 to.data()) >= 0))
            refuseDamaged(fmt::format("'{}' cannot be read: {}", array.name, hdf5Trouble()));
    }

  private:
    struct Visit {
        std::vector<std::string> names;
    };

    static herr_t note(hid_t, const char* name, const H5O_info_t* info, void* to) {
        auto& visit = *static_cast<Visit*>(to);
        const std::string_view text(name);
        const bool isTooMany = visit.names.size() == mostArrays;
        if (info->type == H5O_TYPE_DATASET && text.size() <= mostNameBytes && !isTooMany)
            visit.names.emplace_back(text);
        return isTooMany ? 1 : 0;
    }

    /// Items of the first axis in the file.
    Hdf5Handle select(const ArrayInfo& array, bool areTexts, int64_t first, int64_t count) const {
        Hdf5Handle space(H5Dget_space(m_dataset.get()), H5Sclose);
        std::vector<hsize_t> extents(array.shape.begin(), array.shape.end() - (areTexts ? 1 : 0));
        if (extents.empty()) return space;
        std::vector<hsize_t> start(extents.size());
        extents[0] = static_cast<hsize_t>(count);
        start[0] = static_cast<hsize_t>(first);
        if (H5Sget_simple_extent_ndims(space.get()) != static_cast<int>(extents.size()) ||
            H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr, extents.data(),
                                nullptr) < 0)
            refuseDamaged(fmt::format("'{}' has another shape than it had before", array.name));
        return space;
    }

    /// A row of as many numbers as are selected: so many are wanted.
    static Hdf5Handle memoryFor(const Hdf5Handle& selected, size_t wanted) {
        const hsize_t count = wanted;
        if (H5Sget_select_npoints(selected.get()) != static_cast<hssize_t>(count))
            refuseDamaged("an array has another size than it had before");
        return {H5Screate_simple(1, &count, nullptr), H5Sclose};
    }

    /// With room for large chunks: each is unpacked once, though it is read in pieces.
    Hdf5Handle open(const std::string& name) const {
        constexpr size_t slots = 12'421, bytes = size_t{1} << 30;
        const Hdf5Handle access(H5Pcreate(H5P_DATASET_ACCESS), H5Pclose);
        H5Pset_chunk_cache(access.get(), slots, bytes, 1.0);
        return {H5Dopen2(m_file.get(), name.c_str(), access.get()), H5Dclose};
    }

    Hdf5Handle m_file;
    std::string m_name;    ///< of the data set that is open
    Hdf5Handle m_dataset;  ///< closed before the file
};

}  // namespace

std::string hdf5Trouble() {
    std::string text = "no reason is told";
    H5Ewalk2(
        H5E_DEFAULT, H5E_WALK_UPWARD,
        [](unsigned depth, const H5E_error2_t* error, void* to) -> herr_t {
            if (depth == 0 && error->desc) *static_cast<std::string*>(to) = error->desc;
            return 0;
        },
        &text);
    return text;
}

std::unique_ptr<ArrayReader> openHdf5(const std::string& path) {
    return std::make_unique<Hdf5Reader>(path);
}

}  // namespace vitrine::decode
