// SPDX-License-Identifier: Apache-2.0
// Code: what an exported network does, call by call, and the memory that it does it in.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "core/ir/program.h"
#include "core/tensor/array_view.h"

namespace vitrine::cpp_export {

enum class BufferKind : uint8_t { Work, Input, Output, Constant };

struct Buffer {
    BufferKind kind = BufferKind::Work;
    int64_t bytes = 0;
    int index = 0;                        ///< of an input or output: which
    int64_t at = 0;                       ///< bytes from the start of arena or constants
    std::vector<std::byte> content = {};  ///< of a constant
};

/// Zeros around the pixels of an image, along depth, rows and columns.
struct Halo {
    std::array<int64_t, 3> before{}, after{};

    bool isThere() const { return *this != Halo{}; }
    bool covers(const Halo& other) const;
    Halo joined(const Halo& other) const;
    bool operator==(const Halo&) const = default;
};

/// A value, and where its elements lie.
struct Array {
    int buffer = -1;
    DType dtype = DType::F32;
    ArrayView view;
    Halo halo = {};

    const Shape& shape() const { return view.shape; }
    int64_t stride(int axis) const { return view.strides[axis]; }
    bool isImage() const { return shape().rank() >= 3 && shape().rank() <= 5; }
    /// Strides of images, of depth, rows and columns; 0 where there is no such axis.
    int64_t imageStride() const { return stride(0); }
    int64_t spatialStride(int axis) const;
    int64_t spatialExtent(int axis) const;
};

/// Whether the channels of images lie side by side, or each one's pixels.
enum class Order : uint8_t { RowMajor, ChannelsLast };
/// How images lie; RowMajor of what is none, and where both are the same.
Order orderOf(const Array& array);
/// Whether images lie as [N, depth, rows, columns, C] without gaps.
bool isDenseChannelsLast(const Array& array);

/// A variable of the step's code that points to an array.
struct Pointer {
    std::string name;
    Array array;
    bool isResult = false;
};

struct Step {
    std::string comment;
    std::vector<Pointer> pointers;
    std::string body;
};

class Code {
  public:
    /// Errors: "E01" for a type that plain C++ has not.
    Result<Array> addEnd(BufferKind kind, int index, const Shape& shape, DType dtype);
    Array addConstant(const Shape& shape, DType dtype, std::vector<std::byte> content);
    Array addConstant(std::span<const float> numbers);
    /// Memory without gaps for a new value; zeros go into the halo.
    Array fresh(const Shape& shape, DType dtype, Order order = Order::RowMajor,
                const Halo& halo = {});
    void add(Step step) { m_steps.push_back(std::move(step)); }

    /// The array itself where it lies so, else a copy that does.
    Array rowMajor(const Array& array);
    /// Channels side by side with zeros around. `readsPast`: whoever takes it reads some elements
    /// more than there are.
    Array channelsLast(const Array& array, const Halo& halo, bool readsPast);
    void copy(const Array& from, const Array& to, std::string comment);

    const std::vector<Step>& steps() const { return m_steps; }
    const std::vector<Buffer>& buffers() const { return m_buffers; }
    /// Gives arena and constants their places. What is asked for further on stays where it is.
    void plan();
    int64_t arenaBytes() const { return m_arenaBytes; }
    int64_t constantBytes() const { return m_constantBytes; }
    /// All constants, one behind the other.
    std::vector<std::byte> constants() const;

    /// Kernels that read whole registers may read so much past what is there.
    static constexpr int64_t slackBytes = 64;

  private:
    int addBuffer(Buffer buffer);

    std::vector<Buffer> m_buffers;
    std::vector<Step> m_steps;
    int64_t m_arenaBytes = 0, m_constantBytes = 0;
};

}  // namespace vitrine::cpp_export
