// SPDX-License-Identifier: Apache-2.0
// MATLAB files of versions 4 to 7 by matio: arrays of numbers. MATLAB's order of axes is the
// reverse of ours, and its values lie accordingly: a (32, 32, 3, N) is listed as (N, 3, 32, 32).
#include <fmt/format.h>
#include <matio.h>

#include <algorithm>
#include <cstring>

#include "core/decode/program/decoding.h"

namespace vitrine::decode {

namespace {

struct CloseFile {
    void operator()(mat_t* file) const { Mat_Close(file); }
};
struct FreeVariable {
    void operator()(matvar_t* variable) const { Mat_VarFree(variable); }
};
using Variable = std::unique_ptr<matvar_t, FreeVariable>;

bool numberOf(matio_classes kind, Number& number) {
    switch (kind) {
        case MAT_C_UINT8:
            number = Number::U8;
            return true;
        case MAT_C_INT8:
            number = Number::I8;
            return true;
        case MAT_C_UINT16:
            number = Number::U16;
            return true;
        case MAT_C_INT16:
            number = Number::I16;
            return true;
        case MAT_C_UINT32:
            number = Number::U32;
            return true;
        case MAT_C_INT32:
            number = Number::I32;
            return true;
        case MAT_C_UINT64:
            number = Number::U64;
            return true;
        case MAT_C_INT64:
            number = Number::I64;
            return true;
        case MAT_C_SINGLE:
            number = Number::F32;
            return true;
        case MAT_C_DOUBLE:
            number = Number::F64;
            return true;
        default:
            return false;
    }
}

ArrayInfo describe(const matvar_t& variable) {
    ArrayInfo array{.name = variable.name ? variable.name : "", .shape = {}};
    if (array.name.size() > mostNameBytes) array.name.resize(mostNameBytes);
    if (!numberOf(variable.class_type, array.number))
        array.whyNot = "holds no plain numbers";
    else if (variable.isComplex != 0)
        array.whyNot = "holds complex numbers";
    if (variable.rank < 1 || variable.rank > static_cast<int>(mostRank) || !variable.dims) {
        array.whyNot = fmt::format("has {} axes", variable.rank);
        return array;
    }
    double bytes = static_cast<double>(sizeOf(array.number));
    for (int axis = variable.rank - 1; axis >= 0; --axis) {
        bytes *= static_cast<double>(std::max<size_t>(variable.dims[axis], 1));
        array.shape.push_back(static_cast<int64_t>(variable.dims[axis]));
    }
    if (bytes > 1e13) {
        array.shape.clear();
        array.whyNot = "claims more than 10 TB";
    }
    return array;
}

class MatReader : public ArrayReader {
  public:
    explicit MatReader(const std::string& path) : m_file(Mat_Open(path.c_str(), MAT_ACC_RDONLY)) {
        if (!m_file) refuseDamaged("it cannot be opened as a MATLAB file");
        if (Mat_GetVersion(m_file.get()) == MAT_FT_MAT73)
            refuse("it is a MATLAB file of version 7.3, which is HDF5");
    }

    std::vector<ArrayInfo> list() override {
        std::vector<ArrayInfo> arrays;
        Mat_Rewind(m_file.get());
        while (arrays.size() < mostArrays) {
            const Variable variable(Mat_VarReadNextInfo(m_file.get()));
            if (!variable) return arrays;
            arrays.push_back(describe(*variable));
        }
        return arrays;
    }

    /// Packed data can only be unpacked from their beginning: the whole is kept until another array
    /// is asked for.
    void read(const ArrayInfo& array, int64_t first, int64_t count,
              std::span<std::byte> to) override {
        if (m_name != array.name || !m_variable) {
            m_variable.reset();
            m_variable.reset(Mat_VarRead(m_file.get(), array.name.c_str()));
            m_name = array.name;
        }
        if (to.empty()) return;
        const size_t item = static_cast<size_t>(array.itemBytes());
        if (!m_variable || !m_variable->data || describe(*m_variable).shape != array.shape ||
            static_cast<size_t>(m_variable->data_size) != sizeOf(array.number) ||
            m_variable->nbytes < (static_cast<size_t>(first + count)) * item)
            refuseDamaged(fmt::format("'{}' is damaged or cut off", array.name));
        std::memcpy(
            to.data(),
            static_cast<const std::byte*>(m_variable->data) + static_cast<size_t>(first) * item,
            to.size());
    }

  private:
    std::unique_ptr<mat_t, CloseFile> m_file;
    std::string m_name;
    Variable m_variable;
};

}  // namespace

std::unique_ptr<ArrayReader> openMat(const std::string& path) {
    return std::make_unique<MatReader>(path);
}

}  // namespace vitrine::decode
