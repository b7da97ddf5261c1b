// SPDX-License-Identifier: Apache-2.0
// What tensor cores would multiply: operands rounded to fewer digits, sums in f32. The tiles are
// those of the GPU on an emulated run time; what they round to is worked out here by scaling.
#include <QtTest/QtTest>

#include <cmath>
#include <random>

#include "core/device/device_memory.h"
#include "kernels/api/linear.h"
#include "kernels/api/warp_groups.h"
#include "tests/support/emulated_device.h"

using namespace vitrine;
using kernels::ProductFormat;

namespace {

struct Sizes {
    int64_t rows, depth, columns;
};

std::vector<float> drawn(int64_t count, unsigned seed) {
    std::mt19937 bits(seed);
    std::normal_distribution<float> normal;
    std::vector<float> numbers;
    for (int64_t i = 0; i < count; ++i) numbers.push_back(normal(bits));
    return numbers;
}

struct Rounding {
    int digits;    ///< binary ones
    bool tiesOut;  ///< away from zero; else to even
};

/// Of numbers that are far from both ends of every format.
double rounded(float number, Rounding rounding) {
    int exponent = 0;
    const double fraction = std::frexp(static_cast<double>(number), &exponent);
    const double scaled = std::ldexp(fraction, rounding.digits);
    const double whole = rounding.tiesOut ? std::round(scaled) : std::nearbyint(scaled);
    return std::ldexp(whole, exponent - rounding.digits);
}

/// So many examples of so many numbers.
kernels::Operand rows(int64_t count, int64_t numbers) {
    kernels::Operand operand{{count, numbers, 1, 1}};
    operand.array.rank = 2;
    operand.array.shape = {count, numbers};
    operand.array.strides = {numbers, 1};
    return operand;
}

/// x · wᵀ in a format, as the device makes it.
Result<std::vector<float>> productOn(ProductFormat format, const Sizes& sizes,
                                     const std::vector<float>& x, const std::vector<float>& w,
                                     std::string& kernelName) {
    auto device = Device::open(*test::emulatedCuda().table, 0, format);
    if (!device) return device.error();
    constexpr int64_t wAt = 1 << 20, yAt = 2 << 20, workspaceAt = 3 << 20, whole = 8 << 20;
    auto memory = DeviceMemory::allocate(**device, whole);
    if (!memory) return memory.error();
    kernels::Call call{.problem = kernels::Linear{}};
    call.operands = {rows(sizes.rows, sizes.depth), rows(sizes.columns, sizes.depth),
                     rows(sizes.rows, sizes.columns)};
    call.own = call.inputs();
    const auto kernel = (*device)->bind(call, kernels::deviceAlignment);
    if (!kernel) return kernel.error();
    kernelName = kernel->name;
    VITRINE_TRY((*memory)->write(0, std::as_bytes(std::span(x))));
    VITRINE_TRY((*memory)->write(wAt, std::as_bytes(std::span(w))));
    void* operands[] = {(*memory)->address(0), (*memory)->address(wAt), (*memory)->address(yAt)};
    VITRINE_TRY((*device)->launch(*kernel, operands, (*memory)->address(workspaceAt)));
    std::vector<float> y(static_cast<size_t>(sizes.rows * sizes.columns));
    VITRINE_TRY((*memory)->read(yAt, std::as_writable_bytes(std::span(y))));
    return y;
}

}  // namespace

class ProductFormatsTest : public QObject {
    Q_OBJECT

  private slots:
    void operandsAreRoundedAndSumsAreNot_data() {
        QTest::addColumn<int>("format");
        QTest::addColumn<int>("digits");
        QTest::addColumn<QString>("units");
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("depth");
        QTest::addColumn<int>("columns");
        const struct {
            const char* name;
            ProductFormat format;
            int digits;
            const char* units;
        } formats[] = {{"fp32", ProductFormat::F32, 24, "linear tiles CUDA"},
                       {"tf32", ProductFormat::Tf32, 11, "linear tensor cores tf32 CUDA"},
                       {"bf16", ProductFormat::Bf16, 8, "linear tensor cores bf16 CUDA"},
                       {"fp16", ProductFormat::F16, 11, "linear tensor cores fp16 CUDA"},
                       {"tf32 by groups", byWarpGroups(ProductFormat::Tf32), 11,
                        "linear groups of warps tf32 CUDA"},
                       {"bf16 by groups", byWarpGroups(ProductFormat::Bf16), 8,
                        "linear groups of warps bf16 CUDA"},
                       {"fp16 by groups", byWarpGroups(ProductFormat::F16), 11,
                        "linear groups of warps fp16 CUDA"}};
        for (const auto& one : formats)
            for (const Sizes& s : {Sizes{1, 1, 1}, Sizes{37, 50, 30}, Sizes{130, 33, 65},
                                   Sizes{40, 1100, 70}, Sizes{300, 17, 10}}) {
                if (isByWarpGroups(one.format) && s.columns <= 24) continue;  // are not of groups
                QTest::addRow("%s %d x %d x %d", one.name, int(s.rows), int(s.depth),
                              int(s.columns))
                    << int(one.format) << one.digits << one.units << int(s.rows) << int(s.depth)
                    << int(s.columns);
            }
    }
    void operandsAreRoundedAndSumsAreNot() {
        if (!test::emulatedCuda().table) QSKIP("this was built without CUDA");
        QFETCH(int, format);
        QFETCH(int, digits);
        QFETCH(QString, units);
        QFETCH(int, rows);
        QFETCH(int, depth);
        QFETCH(int, columns);
        const Rounding rounding{digits,
                                withoutWarpGroups(ProductFormat(format)) == ProductFormat::Tf32};
        const std::vector<float> x = drawn(int64_t{rows} * depth, 1),
                                 w = drawn(int64_t{columns} * depth, 2);
        std::string name;
        const auto y = productOn(ProductFormat(format), {rows, depth, columns}, x, w, name);
        QVERIFY2(y.ok(), y.ok() ? "" : y.error().text().c_str());
        QCOMPARE(QString::fromStdString(name), units);
        for (int row = 0; row < rows; ++row)
            for (int column = 0; column < columns; ++column) {
                double sum = 0, magnitude = 0;
                for (int k = 0; k < depth; ++k) {
                    const double one = rounded(x[size_t(row * depth + k)], rounding) *
                                       rounded(w[size_t(column * depth + k)], rounding);
                    sum += one;
                    magnitude += std::fabs(one);
                }
                const double found = static_cast<double>((*y)[size_t(row * columns + column)]);
                QVERIFY2(std::fabs(found - sum) <= kernels::linearTolerance * magnitude,
                         qPrintable(QString("row %1, column %2").arg(row).arg(column)));
            }
    }

    void whatIsNotFiniteStaysSo() {
        if (!test::emulatedCuda().table) QSKIP("this was built without CUDA");
        const float infinity = std::numeric_limits<float>::infinity(), nan = std::nanf("");
        for (const auto format : {ProductFormat::Tf32, ProductFormat::Bf16, ProductFormat::F16}) {
            std::string name;
            const auto y = productOn(format, {3, 1, 1}, {infinity, -infinity, nan}, {1}, name);
            QVERIFY(y.ok());
            QCOMPARE((*y)[0], infinity);
            QCOMPARE((*y)[1], -infinity);
            QVERIFY(std::isnan((*y)[2]));
        }
    }
};

QTEST_APPLESS_MAIN(ProductFormatsTest)
#include "tst_product_formats.moc"
