// SPDX-License-Identifier: Apache-2.0
// Checks the kernels of a device row by row: against plain loops, with their tolerance, and how
// long they take. Every family of kernels has its rows here. Needs nothing but core/device and the
// table of a library. Usage: check LIBRARY | check --host   (a device of plain loops: checks the
// rows themselves)
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <random>

#include "core/device/cuda_library.h"
#include "core/device/device_memory.h"
#include "kernels/api/matmul.h"
#include "tests/support/host_device.h"

namespace vitrine {

void checkFailed(const char* claim, const char* file, int line, const char* why) {
    std::fprintf(stderr, "%s:%d: check failed: %s (%s)\n", file, line, claim, why);
    std::abort();
}

}  // namespace vitrine

using namespace vitrine;
using kernels::Call;
using kernels::DeviceStatus;
using kernels::Operand;
using kernels::StreamKernel;
using Bytes = std::vector<std::byte>;

namespace {

// ---- The table that is printed

int wrong = 0, leftOut = 0;

void print(const std::string& row, const std::string& sizes, const std::string& error,
           const std::string& tolerance, const std::string& time, const std::string& outcome) {
    std::printf("%-26s %-34s %10s %9s %11s  %s\n", row.c_str(), sizes.c_str(), error.c_str(),
                tolerance.c_str(), time.c_str(), outcome.c_str());
    std::fflush(stdout);
}

std::string number(const char* format, double value) {
    char text[64];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

/// A row whose largest error must not exceed its tolerance; `microseconds` below 0: not measured.
void report(const std::string& row, const std::string& sizes, double error, double tolerance,
            double microseconds = -1, const std::string& words = {}) {
    const bool isOk = error <= tolerance;  // not so for NaN
    wrong += !isOk;
    print(row, sizes, number("%.2g", error), number("%.2g", tolerance),
          microseconds < 0 ? "" : number("%.1f us", microseconds),
          std::string(isOk ? "ok" : "WRONG") + (words.empty() ? "" : ": " + words));
}

void reportLeftOut(const std::string& row, const std::string& sizes, const std::string& why) {
    ++leftOut;
    print(row, sizes, "", "", "", "left out: " + why);
}

void reportTrouble(const std::string& row, const std::string& sizes, const Error& error) {
    ++wrong;
    print(row, sizes, "", "", "", "WRONG: " + error.code + ": " + error.message);
}

/// Runs a row; what goes wrong on the way is its outcome.
void row(const std::string& name, const std::string& sizes,
         const std::function<Result<void>()>& work) {
    const Result<void> done = work();
    if (!done.ok()) reportTrouble(name, sizes, done.error());
}

// ---- Numbers, operands, memory

constexpr int64_t mebibyte = int64_t{1} << 20;
constexpr int64_t workspaceAt = 320 * mebibyte, memoryBytes = 384 * mebibyte;

std::mt19937_64 generator(20261129);

double drawn() { return std::normal_distribution<double>()(generator); }

template <class T>
std::span<const std::byte> bytesOf(const std::vector<T>& values) {
    return std::as_bytes(std::span(values));
}

Operand array(std::vector<int64_t> shape, std::vector<int64_t> strides, DType dtype) {
    Operand operand;
    operand.dtype = dtype;
    operand.array.rank = static_cast<int>(shape.size());
    std::copy(shape.begin(), shape.end(), operand.array.shape.begin());
    std::copy(strides.begin(), strides.end(), operand.array.strides.begin());
    return operand;
}

Call callOf(kernels::Problem problem, std::vector<Operand> operands) {
    Call call{.problem = std::move(problem), .operands = std::move(operands)};
    call.own = call.inputs();
    return call;
}

/// A device, memory of it, and the pattern that bytes nobody wrote have.
struct Bench {
    Device& device;
    DeviceMemory& memory;
    bool isSlow = false;  ///< loops of the host
    static constexpr std::byte untouched{0xa5};

    /// Elements of a large array, not a multiple of anything.
    int64_t many() const { return (isSlow ? mebibyte / 16 : 4 * mebibyte) + 1; }

    /// Microseconds of one of many.
    Result<double> time(const std::function<Result<void>()>& work) const {
        using Clock = std::chrono::steady_clock;
        const int repeats = isSlow ? 1 : 50;
        VITRINE_TRY(work());
        VITRINE_TRY(device.wait());
        const auto start = Clock::now();
        for (int i = 0; i < repeats; ++i) VITRINE_TRY(work());
        VITRINE_TRY(device.wait());
        return std::chrono::duration<double, std::micro>(Clock::now() - start).count() / repeats;
    }
};

/// Bytes of `found` that differ from what was expected.
double differing(const Bytes& found, const Bytes& expected) {
    double count = found.size() == expected.size() ? 0 : 1;
    for (size_t i = 0; i < std::min(found.size(), expected.size()); ++i)
        count += found[i] != expected[i];
    return count;
}

template <class T>
void place(Bytes& bytes, int64_t at, const std::vector<T>& values) {
    if (!values.empty()) std::memcpy(bytes.data() + at, values.data(), values.size() * sizeof(T));
}

/// Error of a row whose kernel the device does not have.
Error leftOutError(std::string why) { return {"left out", std::move(why), {}, {}, {}}; }

/// What a kernel left in the memory, from its start, and how long it took.
struct Ran {
    Bytes contents;
    double microseconds = 0;
};

/// Runs a kernel that is bound to operands at these places: many times for the clock, and once more
/// on memory that holds `before`.
Result<Ran> run(const Bench& bench, const Call& call, const std::vector<int64_t>& places,
                const Bytes& before) {
    int64_t bits = kernels::deviceAlignment;
    std::vector<void*> operands;
    for (int64_t at : places) {
        bits |= at;
        operands.push_back(bench.memory.address(at));
    }
    const Result<StreamKernel> kernel = bench.device.bind(call, bits & -bits);
    if (!kernel.ok()) return kernel.error();
    if (!kernel->launch) return leftOutError(kernel->refused.front());
    const auto launch = [&] {
        return bench.device.launch(*kernel, operands.data(), bench.memory.address(workspaceAt));
    };
    const Result<double> time = bench.time(launch);
    if (!time.ok()) return time.error();
    Ran ran{Bytes(before.size()), *time};
    VITRINE_TRY(bench.memory.write(0, before));
    VITRINE_TRY(launch());
    VITRINE_TRY(bench.memory.read(0, ran.contents));
    return ran;
}

/// A row of a kernel: a refusal is told as left out.
void kernelRow(const std::string& name, const std::string& sizes,
               const std::function<Result<void>()>& work) {
    const Result<void> done = work();
    if (done.ok()) return;
    // What a library lacks is left out; that it finds no way for a case like these is a fault.
    const bool isLack = done.error().message.find("no algorithm") == std::string::npos;
    if (done.error().code == "left out" && isLack)
        reportLeftOut(name, sizes, done.error().message);
    else
        reportTrouble(name, sizes, done.error());
}

std::string sizesOf(std::initializer_list<int64_t> sizes) {
    std::string text;
    for (int64_t size : sizes) text += (text.empty() ? "" : " x ") + std::to_string(size);
    return text;
}

// ---- Memory

Result<void> checkZeros(const Bench& bench) {
    auto memory = DeviceMemory::allocate(bench.device, 3 * mebibyte + 5);
    if (!memory.ok()) return memory.error();
    Bytes found(static_cast<size_t>((*memory)->sizeBytes()), Bench::untouched);
    VITRINE_TRY((*memory)->read(0, found));
    report("memory, new", std::to_string(found.size()) + " bytes of zeros",
           differing(found, Bytes(found.size())), 0);
    return {};
}

/// Written at an odd place; what lies around it stays. The source changes as soon as it is written.
Result<void> checkTransfer(const Bench& bench, int64_t bytes) {
    const int64_t at = 129, around = 512;
    Bytes expected(static_cast<size_t>(bytes + around), Bench::untouched), source;
    for (int64_t i = 0; i < bytes; ++i)
        source.push_back(static_cast<std::byte>(generator() & 0xff));
    place(expected, at, source);
    const Bytes kept = source;
    VITRINE_TRY(bench.memory.fill(0, bytes + around, Bench::untouched));
    VITRINE_TRY(bench.memory.write(at, source));
    std::fill(source.begin(), source.end(), std::byte{0});
    Bytes found(expected.size());
    VITRINE_TRY(bench.memory.read(0, found));
    const Result<double> writing = bench.time([&] { return bench.memory.write(at, kept); });
    const Result<double> reading = bench.time([&] { return bench.memory.read(at, source); });
    if (!writing.ok()) return writing.error();
    if (!reading.ok()) return reading.error();
    report("memory, write", std::to_string(bytes) + " bytes", differing(found, expected), 0,
           *writing);
    report("memory, read", std::to_string(bytes) + " bytes", differing(source, kept), 0, *reading);
    return {};
}

Result<void> checkCopyAndFill(const Bench& bench, int64_t bytes) {
    Bytes expected(static_cast<size_t>(2 * bytes + 64), Bench::untouched);
    std::fill_n(expected.begin() + 3, bytes, std::byte{0x17});
    std::fill_n(expected.begin() + 33 + bytes, bytes, std::byte{0x17});
    VITRINE_TRY(bench.memory.fill(0, 2 * bytes + 64, Bench::untouched));
    VITRINE_TRY(bench.memory.fill(3, bytes, std::byte{0x17}));
    VITRINE_TRY(bench.memory.copy(3, 33 + bytes, bytes));
    Bytes found(expected.size());
    VITRINE_TRY(bench.memory.read(0, found));
    const auto time = bench.time([&] { return bench.memory.copy(3, 33 + bytes, bytes); });
    if (!time.ok()) return time.error();
    report("memory, copy and fill", std::to_string(bytes) + " bytes", differing(found, expected), 0,
           *time);
    return {};
}

Result<void> checkNoRoom(const Bench& bench) {
    const auto most = DeviceMemory::allocate(bench.device, 2 * bench.device.info().memoryBytes);
    const bool isTold = !most.ok() && most.error().code == "H03";
    const auto less = DeviceMemory::allocate(bench.device, mebibyte);
    if (!less.ok()) return less.error();
    report("memory, no room", "twice of what there is", isTold ? 0 : 1, 0, -1,
           isTold ? most.error().message : "no H03");
    return {};
}

void memoryRows(const Bench& bench) {
    row("memory, new", "", [&] { return checkZeros(bench); });
    for (const int64_t bytes : {int64_t{1}, int64_t{4095}, mebibyte + 3, 33 * mebibyte + 7}) {
        row("memory, write", std::to_string(bytes), [&] { return checkTransfer(bench, bytes); });
        row("memory, copy", std::to_string(bytes), [&] { return checkCopyAndFill(bench, bytes); });
    }
    row("memory, no room", "", [&] { return checkNoRoom(bench); });
}

// ---- Fill

template <class T>
Result<void> checkFill(const Bench& bench, const std::string& name, DType dtype, double value,
                       int64_t count, int64_t at) {
    const int64_t bytes = count * static_cast<int64_t>(sizeof(T)) + at + 256;
    const Bytes before(static_cast<size_t>(bytes), Bench::untouched);
    const Call call = callOf(kernels::Fill{value}, {array({count}, {1}, dtype)});
    const auto ran = run(bench, call, {at}, before);
    if (!ran.ok()) return ran.error();
    Bytes expected = before;
    place(expected, at, std::vector<T>(static_cast<size_t>(count), static_cast<T>(value)));
    report(name, std::to_string(count) + " at " + std::to_string(at),
           differing(ran->contents, expected), 0, ran->microseconds);
    return {};
}

template <class T>
void fillRowsOf(const Bench& bench, const std::string& name, DType dtype,
                std::initializer_list<double> values) {
    for (const double value : values)
        for (const int64_t count : {int64_t{1}, int64_t{1023}, bench.many()})
            for (const int64_t at : {int64_t{256}, int64_t{256} + int64_t{sizeof(T)}}) {
                const std::string title = "fill " + name + " " + number("%g", value);
                kernelRow(title, std::to_string(count),
                          [&] { return checkFill<T>(bench, title, dtype, value, count, at); });
            }
}

void fillRows(const Bench& bench) {
    const double infinity = std::numeric_limits<double>::infinity();
    fillRowsOf<float>(bench, "f32", DType::F32, {0.1, -0.0, -infinity});
    fillRowsOf<double>(bench, "f64", DType::F64, {1e300});
    fillRowsOf<int32_t>(bench, "i32", DType::I32, {-7});
    fillRowsOf<int64_t>(bench, "i64", DType::I64, {-7e12});
}

// ---- Add

/// Random numbers with zeros of both signs, infinities and numbers that are nearly zero among them.
template <class T>
std::vector<T> numbersFor(int64_t count) {
    const T rare[] = {T(0),
                      -T(0),
                      std::numeric_limits<T>::infinity(),
                      std::numeric_limits<T>::denorm_min(),
                      -std::numeric_limits<T>::denorm_min(),
                      std::numeric_limits<T>::min(),
                      std::numeric_limits<T>::max()};
    std::vector<T> numbers;
    for (int64_t i = 0; i < count; ++i)
        numbers.push_back(generator() % 8 == 0 ? rare[generator() % 7] : static_cast<T>(drawn()));
    return numbers;
}

/// Where the three arrays of a sum begin, past a multiple of 256 bytes, in elements.
struct SumPlaces {
    const char* text;
    int64_t a = 0, b = 0, y = 0;
    bool isInPlace = false;  ///< the result lies where a does
};
constexpr SumPlaces sumPlaces[] = {{"", 0, 0, 0},
                                   {"in place", 0, 0, 0, true},
                                   {"all shifted", 1, 1, 1},
                                   {"shifted in place", 1, 1, 1, true},
                                   {"a shifted", 1, 0, 0},
                                   {"b shifted", 0, 1, 0},
                                   {"y shifted", 0, 0, 1}};

template <class T>
Result<void> checkAdd(const Bench& bench, const std::string& name, DType dtype, int64_t count,
                      const SumPlaces& places) {
    constexpr auto element = static_cast<int64_t>(sizeof(T));
    const int64_t size = (count * element + 511) / 256 * 256;
    const int64_t a = places.a * element, b = size + places.b * element;
    const int64_t y = places.isInPlace ? a : 2 * size + places.y * element;
    const std::vector<T> left = numbersFor<T>(count), right = numbersFor<T>(count);
    std::vector<T> sum;
    for (int64_t i = 0; i < count; ++i)
        sum.push_back(left[static_cast<size_t>(i)] + right[static_cast<size_t>(i)]);
    Bytes before(static_cast<size_t>(3 * size + 256), Bench::untouched);
    place(before, a, left);
    place(before, b, right);
    const Operand operand = array({count}, {1}, dtype);
    const Call call =
        callOf(kernels::Map{.function = kernels::Pointwise::Add}, {operand, operand, operand});
    const auto ran = run(bench, call, {a, b, y}, before);
    if (!ran.ok()) return ran.error();
    Bytes expected = before;
    place(expected, y, sum);
    report(name, std::to_string(count) + " " + places.text, differing(ran->contents, expected), 0,
           ran->microseconds);
    return {};
}

template <class T>
void addRowsOf(const Bench& bench, const std::string& name, DType dtype) {
    for (const int64_t count : {int64_t{1}, int64_t{1023}, bench.many()})
        for (const SumPlaces& places : sumPlaces)
            kernelRow(name, std::to_string(count),
                      [&] { return checkAdd<T>(bench, name, dtype, count, places); });
}

void addRows(const Bench& bench) {
    addRowsOf<float>(bench, "add f32", DType::F32);
    addRowsOf<double>(bench, "add f64", DType::F64);
}

// ---- Products

struct Matrices {
    int64_t rows = 1, depth = 1, columns = 1;
    bool aByColumns = false, bByColumns = false;
    bool isWhole = false;  ///< small whole numbers: sums are exact

    int64_t operations() const { return rows * depth * columns; }
    std::string text() const {
        return sizesOf({rows, depth, columns}) + (aByColumns ? ", a turned" : "") +
               (bByColumns ? ", b turned" : "");
    }
};

std::vector<float> numbersOf(const Matrices& m, int64_t count) {
    std::vector<float> numbers;
    for (int64_t i = 0; i < count; ++i)
        numbers.push_back(m.isWhole ? static_cast<float>(static_cast<int64_t>(generator() % 17) - 8)
                                    : static_cast<float>(drawn()));
    return numbers;
}

struct Reference {
    std::vector<double> product;
    double scale = 0;  ///< the largest sum of magnitudes
};

Reference multiply(const Matrices& m, const std::vector<float>& a, const std::vector<float>& b) {
    Reference y;
    y.product.assign(static_cast<size_t>(m.rows * m.columns), 0);
    std::vector<double> magnitude(y.product);
    for (int64_t row = 0; row < m.rows; ++row)
        for (int64_t k = 0; k < m.depth; ++k) {
            const double left =
                a[static_cast<size_t>(m.aByColumns ? k * m.rows + row : row * m.depth + k)];
            for (int64_t column = 0; column < m.columns; ++column) {
                const double right = b[static_cast<size_t>(m.bByColumns ? column * m.depth + k
                                                                        : k * m.columns + column)];
                const auto at = static_cast<size_t>(row * m.columns + column);
                y.product[at] += left * right;
                magnitude[at] += std::fabs(left * right);
            }
        }
    for (double sum : magnitude) y.scale = std::max(y.scale, sum);
    return y;
}

/// a, b and the result, one behind the other, and the call of their product.
struct ProductPlaces {
    int64_t a = 0, b = 0, y = 0, end = 0;
    Call call;

    explicit ProductPlaces(const Matrices& m) {
        const auto behind = [](int64_t at, int64_t count) {
            return (at + count * 4 + 255) / 256 * 256;
        };
        b = behind(a, m.rows * m.depth);
        y = behind(b, m.depth * m.columns);
        end = behind(y, m.rows * m.columns);
        const auto matrix = [](int64_t rows, int64_t columns, bool byColumns) {
            return array({rows, columns}, {byColumns ? 1 : columns, byColumns ? rows : 1},
                         DType::F32);
        };
        call = callOf(kernels::MatMul{},
                      {matrix(m.rows, m.depth, m.aByColumns),
                       matrix(m.depth, m.columns, m.bByColumns), matrix(m.rows, m.columns, false)});
    }

    Bytes memoryWith(const std::vector<float>& left, const std::vector<float>& right) const {
        Bytes memory(static_cast<size_t>(end + 256), Bench::untouched);
        place(memory, a, left);
        place(memory, b, right);
        return memory;
    }
};

double largestError(const Reference& expected, const Bytes& contents, int64_t at) {
    double largest = 0;
    for (size_t i = 0; i < expected.product.size(); ++i) {
        float found = 0;
        std::memcpy(&found, contents.data() + at + static_cast<int64_t>(i * sizeof found),
                    sizeof found);
        const double error = std::fabs(found - expected.product[i]) / expected.scale;
        largest = error <= largest ? largest : error;  // NaN stays
    }
    return largest;
}

Result<void> checkProduct(const Bench& bench, const Matrices& m) {
    const ProductPlaces at(m);
    const std::vector<float> a = numbersOf(m, m.rows * m.depth),
                             b = numbersOf(m, m.depth * m.columns);
    const auto ran = run(bench, at.call, {at.a, at.b, at.y}, at.memoryWith(a, b));
    if (!ran.ok()) return ran.error();
    const auto end = ran->contents.begin() + at.y + m.rows * m.columns * 4;
    const bool isIntact = std::all_of(end, ran->contents.end(),
                                      [](std::byte byte) { return byte == Bench::untouched; });
    report(m.isWhole ? "product, whole numbers" : "product f32", m.text(),
           isIntact ? largestError(multiply(m, a, b), ran->contents, at.y) : 1,
           m.isWhole ? 0 : kernels::matMulTolerance, ran->microseconds,
           isIntact ? number("%.2f TFLOP/s",
                             2e-6 * static_cast<double>(m.operations()) / ran->microseconds)
                    : "wrote past its result");
    return {};
}

/// The same bits every time.
Result<void> checkSameBits(const Bench& bench, const Matrices& m) {
    const ProductPlaces at(m);
    const Bytes before =
        at.memoryWith(numbersOf(m, m.rows * m.depth), numbersOf(m, m.depth * m.columns));
    double different = 0;
    Bytes first;
    for (int i = 0; i < 10; ++i) {
        const auto ran = run(bench, at.call, {at.a, at.b, at.y}, before);
        if (!ran.ok()) return ran.error();
        if (i == 0) first = ran->contents;
        different += differing(first, ran->contents);
    }
    report("product, the same bits", m.text(), different, 0);
    return {};
}

void productRows(const Bench& bench) {
    constexpr int64_t mostForLoops = 20'000'000;
    const Matrices list[] = {{1, 1, 1},
                             {1, 7, 5},
                             {5, 7, 1},
                             {17, 19, 23},
                             {17, 19, 23, true, false},
                             {17, 19, 23, false, true},
                             {17, 19, 23, true, true},
                             {33, 64, 31, false, false, true},
                             {128, 128, 128, true, false, true},
                             {64, 400, 120},
                             {64, 784, 10},
                             {10, 64, 784, true, false},
                             {256, 1152, 128},
                             {1024, 1024, 1024},
                             {1024, 1024, 1024, true, true},
                             {64, 8192, 512}};
    for (const Matrices& m : list)
        kernelRow("product f32", m.text(), [&]() -> Result<void> {
            if (bench.isSlow && m.operations() > mostForLoops)
                return leftOutError("too large for plain loops");
            return checkProduct(bench, m);
        });
    for (const Matrices& m : {Matrices{64, 8192, 16}, Matrices{17, 19, 23}})
        kernelRow("product, the same bits", m.text(), [&] { return checkSameBits(bench, m); });
}

// ---- Recordings

/// y = a · b + 2, as three launches: numbers that are whole, so that all sums are exact.
class Affine {
  public:
    Affine(const Bench& bench, const Matrices& matrices)
        : m_bench(bench), m(matrices), m_at(matrices) {
        m_sum = m_at.end;
        m_two = (m_sum + m.rows * m.columns * 4 + 255) / 256 * 256;
    }

    /// Error "left out" where there is no product.
    Result<void> bind() {
        const Operand result = array({m.rows, m.columns}, {m.columns, 1}, DType::F32);
        VITRINE_TRY(add(callOf(kernels::Fill{2}, {result}), {m_two}));
        VITRINE_TRY(add(m_at.call, {m_at.a, m_at.b, m_at.y}));
        return add(
            callOf(kernels::Map{.function = kernels::Pointwise::Add}, {result, result, result}),
            {m_at.y, m_two, m_sum});
    }

    Result<void> launch() {
        for (const auto& [kernel, operands] : m_launches)
            VITRINE_TRY(m_bench.device.launch(kernel, operands.data(),
                                              m_bench.memory.address(workspaceAt)));
        return {};
    }

    Result<StreamGraph> record() {
        VITRINE_TRY(m_bench.device.beginCapture());
        const Result<void> launched = launch();
        Result<StreamGraph> graph = m_bench.device.endCapture();
        VITRINE_TRY(launched);
        return graph;
    }

    Result<void> feed() {
        m_a = numbersOf(m, m.rows * m.depth);
        m_b = numbersOf(m, m.depth * m.columns);
        VITRINE_TRY(m_bench.memory.write(m_at.a, bytesOf(m_a)));
        VITRINE_TRY(m_bench.memory.write(m_at.b, bytesOf(m_b)));
        return m_bench.memory.fill(m_sum, m.rows * m.columns * 4);
    }

    Result<double> error() {
        Reference expected = multiply(m, m_a, m_b);
        for (double& value : expected.product) value += 2;
        Bytes found(static_cast<size_t>(m.rows * m.columns * 4));
        VITRINE_TRY(m_bench.memory.read(m_sum, found));
        return largestError(expected, found, 0);
    }

  private:
    Result<void> add(const Call& call, const std::vector<int64_t>& places) {
        Result<StreamKernel> kernel = m_bench.device.bind(call, kernels::deviceAlignment);
        if (!kernel.ok()) return kernel.error();
        if (!kernel->launch) return leftOutError(kernel->refused.front());
        std::vector<void*> operands;
        for (int64_t at : places) operands.push_back(m_bench.memory.address(at));
        m_launches.push_back({std::move(kernel).value(), operands});
        return {};
    }

    const Bench& m_bench;
    Matrices m;
    ProductPlaces m_at;
    int64_t m_sum = 0, m_two = 0;
    std::vector<float> m_a, m_b;
    std::vector<std::pair<StreamKernel, std::vector<void*>>> m_launches;
};

/// Launched, then recorded, then run again with other inputs each time.
Result<void> checkRecording(const Bench& bench, const Matrices& m) {
    Affine affine(bench, m);
    VITRINE_TRY(affine.bind());
    VITRINE_TRY(affine.feed());
    const Result<double> direct = bench.time([&] { return affine.launch(); });
    if (!direct.ok()) return direct.error();
    Result<double> error = affine.error();
    if (!error.ok()) return error.error();
    report("fill, product, add", m.text() + ", launched", *error, 0, *direct);
    Result<StreamGraph> graph = affine.record();
    if (!graph.ok()) return graph.error();
    double largest = 0;
    for (int i = 0; i < 5; ++i) {
        VITRINE_TRY(affine.feed());
        VITRINE_TRY(bench.device.launch(*graph));
        error = affine.error();
        if (!error.ok()) return error.error();
        largest = std::max(largest, *error);
    }
    const Result<double> again = bench.time([&] { return bench.device.launch(*graph); });
    if (!again.ok()) return again.error();
    report("fill, product, add", m.text() + ", recorded", largest, 0, *again);
    return {};
}

/// What cannot be recorded is an error, and everything goes on after it.
Result<void> checkTroubleWhileRecording(const Bench& bench) {
    VITRINE_TRY(bench.device.beginCapture());
    const bool isTold = !bench.device.wait().ok() && !bench.memory.fill(0, 8).ok();
    const Result<StreamGraph> graph = bench.device.endCapture();
    if (!graph.ok()) return graph.error();
    VITRINE_TRY(bench.device.launch(*graph));
    VITRINE_TRY(bench.memory.fill(0, 8));
    VITRINE_TRY(bench.device.wait());
    report("recording, what cannot be", "wait, fill", isTold ? 0 : 1, 0);
    return {};
}

void recordingRows(const Bench& bench) {
    for (const Matrices& m :
         {Matrices{8, 8, 8, false, false, true}, Matrices{64, 400, 120, false, false, true}})
        kernelRow("fill, product, add", m.text(), [&] { return checkRecording(bench, m); });
    row("recording, what cannot be", "", [&] { return checkTroubleWhileRecording(bench); });
}

// ---- What is refused

Result<void> checkRefusal(const Bench& bench, const std::string& what, const Call& call) {
    const Result<StreamKernel> kernel = bench.device.bind(call, kernels::deviceAlignment);
    if (!kernel.ok()) return kernel.error();
    const bool isRefused = !kernel->launch && !kernel->refused.empty();
    report("refused", what, isRefused ? 0 : 1, 0, -1,
           isRefused ? kernel->refused.front() : kernel->name);
    return {};
}

void refusalRows(const Bench& bench) {
    const Operand x = array({2, 3}, {3, 1}, DType::F32),
                  repeats = array({2, 3}, {0, 1}, DType::F32);
    const auto check = [&](const std::string& what, const Call& call) {
        row("refused", what, [&] { return checkRefusal(bench, what, call); });
    };
    check("reduce", callOf(kernels::Reduce{}, {x, x}));
    check("mul", callOf(kernels::Map{.function = kernels::Pointwise::Mul}, {x, x, x}));
    check("add that repeats",
          callOf(kernels::Map{.function = kernels::Pointwise::Add}, {x, repeats, x}));
}

void allRows(const Bench& bench) {
    memoryRows(bench);
    fillRows(bench);
    addRows(bench);
    productRows(bench);
    recordingRows(bench);
    refusalRows(bench);
}

/// All rows, on the first device of a table.
void checkDevice(const kernels::DeviceTable& table) {
    const int devices = table.deviceCount();
    if (devices == 0) {
        reportLeftOut("every kernel", table.kind, table.errorText());
        return;
    }
    Result<std::unique_ptr<Device>> device = Device::open(table);
    if (!device.ok()) {
        reportTrouble("device", table.kind, device.error());
        return;
    }
    const kernels::DeviceInfo& info = (*device)->info();
    print("device", info.name + ", " + info.architecture, "", "", "",
          std::to_string(info.memoryBytes / mebibyte) + " MiB, free " +
              std::to_string(info.freeBytes / mebibyte));
    auto memory = DeviceMemory::allocate(**device, memoryBytes);
    if (!memory.ok()) {
        reportTrouble("memory", std::to_string(memoryBytes), memory.error());
        return;
    }
    allRows({**device, **memory, info.name == "host device" || info.name == "emulated"});
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "Usage: check LIBRARY | check --host\n");
        return 2;
    }
    print("row", "sizes", "error", "tolerance", "time", "outcome");
    if (std::string_view(argv[1]) == "--host") {
        checkDevice(test::hostDeviceTable());
    } else {
        const DeviceLibrary library = loadDeviceLibrary({argv[1]});
        if (!library.table) {
            reportTrouble("library", argv[1], {"H05", library.reason, {}, {}, {}});
        } else {
            report("library", "loads", 0, 0);
            checkDevice(*library.table);
        }
    }
    std::printf("%d wrong, %d left out\n", wrong, leftOut);
    return wrong ? 1 : 0;
}
