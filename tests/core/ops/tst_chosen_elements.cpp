// SPDX-License-Identifier: Apache-2.0
// Operators that choose, mark or move elements, on small numbers. Truth: worked out by hand from
// what the operators say.
#include <QtTest/QtTest>

#include <cmath>
#include <limits>

#include <fmt/ranges.h>

#include "core/autodiff/transform.h"
#include "core/opdef/builder.h"
#include "core/opdef/registry.h"
#include "tests/support/interpreter.h"
#include "tests/support/op_samples.h"

using namespace vitrine;
using namespace vitrine::test;

namespace {

using Numbers = std::vector<double>;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

struct Row {
    const char *op, *fields, *inputs;
    std::vector<Numbers> operands;
    Numbers wanted;
};

const Row rows[] = {
    {"is_nan", "", "4", {{nan, infinity, 0, -1}}, {1, 0, 0, 0}},
    {"is_inf", "", "4", {{nan, infinity, -infinity, 5}}, {0, 1, 1, 0}},
    {"is_inf", "negative=false", "4", {{nan, infinity, -infinity, 5}}, {0, 1, 0, 0}},
    {"is_inf", "positive=false", "4", {{nan, infinity, -infinity, 5}}, {0, 0, 1, 0}},
    {"is_inf", "positive=false negative=false", "2", {{infinity, -infinity}}, {0, 0}},
    {"hardmax", "", "2x3", {{1, 7, 7, 3, 2, 1}}, {0, 1, 0, 1, 0, 0}},
    {"hardmax", "axis=0", "2x3", {{1, 7, 7, 3, 2, 1}}, {0, 1, 1, 1, 0, 0}},
    {"shrink", "lambda=1 bias=0.5", "5", {{-2, -1, 0.5, 1, 3}}, {-1.5, 0, 0, 0, 2.5}},
    {"gather_elements",
     "",
     "2x3 2x4:i64",
     {{1, 2, 3, 4, 5, 6}, {0, -1, 2, -3, 1, 1, 0, -2}},
     {1, 3, 3, 1, 5, 5, 4, 5}},
    {"gather_elements", "axis=0", "2x2 1x2:i64", {{1, 2, 3, 4}, {1, 5}}, {3, nan}},
    {"gather_elements", "", "3:i64 2:i64", {{7, 8, 9}, {3, -4}}, {0, 0}},
    {"scatter_elements",
     "",
     "2x3 2x2:i64 2x2",
     {{1, 2, 3, 4, 5, 6}, {0, -1, 1, 1}, {10, 20, 30, 40}},
     {10, 2, 20, 4, 40, 6}},
    {"scatter_elements",
     "axis=0 mode=add",
     "2x3 2x2:i64 2x2",
     {{1, 2, 3, 4, 5, 6}, {0, 1, 0, 2}, {10, 20, 30, 40}},
     {41, 2, 3, 4, 25, 6}},
    {"gather_nd", "", "2x3 3x2:i64", {{1, 2, 3, 4, 5, 6}, {0, 2, -1, -1, 1, 3}}, {3, 6, nan}},
    {"gather_nd", "", "2x2 2x1:i64", {{1, 2, 3, 4}, {1, -2}}, {3, 4, 1, 2}},
    {"gather_nd", "batch_axes=1", "2x3 2x1:i64", {{1, 2, 3, 4, 5, 6}, {2, 0}}, {3, 4}},
    {"scatter_nd", "", "4 3x1:i64 3", {{1, 2, 3, 4}, {3, -4, 9}, {30, 10, 5}}, {10, 2, 3, 30}},
    {"scatter_nd",
     "mode=max",
     "2x2 2x1:i64 2x2",
     {{1, 2, 3, 4}, {1, 1}, {0, 9, 5, 0}},
     {1, 2, 5, 9}},
    {"reverse_sequence",
     "",
     "4x2 2:i64",
     {{0, 4, 1, 5, 2, 6, 3, 7}, {4, 2}},
     {3, 5, 2, 4, 1, 6, 0, 7}},
    {"reverse_sequence",
     "batch_axis=0 time_axis=1",
     "2x3 2:i64",
     {{1, 2, 3, 4, 5, 6}, {1, 9}},
     {1, 2, 3, 6, 5, 4}},
    {"center_crop_pad", "shape=5 axes=1", "1x3", {{1, 2, 3}}, {0, 1, 2, 3, 0}},
    {"center_crop_pad", "shape=4 axes=1", "1x3", {{1, 2, 3}}, {1, 2, 3, 0}},
    {"center_crop_pad", "shape=2", "5", {{1, 2, 3, 4, 5}}, {2, 3}},
    {"center_crop_pad", "shape=3", "6", {{1, 2, 3, 4, 5, 6}}, {2, 3, 4}},
    {"cumprod", "exclusive=true", "4", {{2, 3, 0, 5}}, {1, 2, 6, 0}},
    {"cumprod", "reverse=true", "4:i64", {{2, 3, 4, 5}}, {120, 60, 20, 5}},
    {"cumprod", "exclusive=true reverse=true", "4", {{2, 3, 4, 5}}, {60, 20, 5, 1}},
    {"bit_shift", "direction=right", "3:i64 3:i64", {{-9, 9, 9}, {1, 1, 99}}, {-5, 4, 0}},
    {"bit_shift", "", "3:u8 3:u8", {{129, 1, 1}, {1, 7, 8}}, {2, 128, 0}},
    {"bit_not", "", "2:i32", {{0, 5}}, {-1, -6}},
    {"mod", "sign=dividend", "4:i64 4:i64", {{-7, 7, -7, 5}, {3, -3, -3, 0}}, {-1, 1, -1, 0}},
    {"mod", "", "4:i64 4:i64", {{-7, 7, -7, 5}, {3, -3, -3, 0}}, {2, -2, -1, 0}},
    {"div", "", "4:i64 4:i64", {{-7, 7, -8, 5}, {2, -2, 4, 0}}, {-3, -3, -2, 0}},
    {"reduce_max", "keep_axes=false", "3:bool", {{0, 1, 0}}, {1}},
    {"reduce_min", "keep_axes=false", "3:bool", {{0, 1, 0}}, {0}},
};

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

}  // namespace

class ChosenElementsTest : public QObject {
    Q_OBJECT

  private slots:
    void elementsAreThoseOfTheDefinition_data() {
        QTest::addColumn<int>("index");
        for (int i = 0; i < static_cast<int>(std::size(rows)); ++i)
            QTest::addRow("%d %s (%s) %s", i, rows[i].op, rows[i].fields, rows[i].inputs) << i;
    }
    void elementsAreThoseOfTheDefinition() {
        QFETCH(int, index);
        const Row& row = rows[index];
        const OpDescriptor& op = operatorNamed(row.op);
        const auto operands = sampleOperands(op, row.fields, row.inputs, DType::F32);
        QVERIFY2(operands.ok(), operands ? "" : operands.error().message.c_str());
        Program program;
        Builder b(program, {.training = false, .floatType = DType::F32});
        std::vector<ValueId> in;
        for (const SampleOperand& operand : *operands)
            in.push_back(b.addInput("in" + std::to_string(in.size()), operand.type.shape,
                                    operand.type.dtype));
        const auto attrs = fieldsFromText(op, row.fields);
        const ValueId y = b.emitAll(op.id, *attrs, in).front();
        Interpreter interpreter(program);
        for (size_t k = 0; k < in.size(); ++k) interpreter.set(in[k], row.operands[k]);
        QVERIFY(interpreter.run().ok());
        const Numbers found = interpreter.get(y);
        QVERIFY2(std::ranges::equal(found, row.wanted, same),
                 fmt::format("{}", fmt::join(found, " ")).c_str());
    }

    /// The slope in an element is the minor without its row and column, signed. PyTorch 2.15 has
    /// zeros everywhere.
    void singularMatricesHaveSlopes() {
        Program program;
        Builder b(program, {.training = true, .floatType = DType::F64});
        const ValueId x = b.addInput("x", {2, 2}, DType::F64);
        const auto gradients = appendGradients(b, b.emit("det", {x}), {&x, 1});
        QVERIFY(gradients.ok());
        Interpreter interpreter(program);
        interpreter.set(x, {1, 2, 2, 4});
        QVERIFY(interpreter.run().ok());
        QCOMPARE(interpreter.get((*gradients)[0]), (Numbers{4, -2, -2, 1}));
    }
};

QTEST_GUILESS_MAIN(ChosenElementsTest)
#include "tst_chosen_elements.moc"
