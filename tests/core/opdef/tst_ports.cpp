// SPDX-License-Identifier: Apache-2.0
// Where operands belong, what ports are called, and what their patterns take.
#include <QtTest/QtTest>

#include "core/opdef/port_patterns.h"
#include "core/opdef/registry.h"

using namespace vitrine;

namespace {

constexpr PortSpec plain(std::string_view id, std::string_view pattern) {
    return {.id = id, .title = "T", .pattern = pattern, .help = "H."};
}
constexpr PortSpec middle[] = {
    plain("a", "[N]"),
    {.id = "x", .title = "T", .pattern = "[…]", .help = "H.", .repeat = anyNumber},
    plain("b", "[N]")};

constexpr FieldSpec fields[] = {
    {.id = "groups", .title = "G", .minimum = 1, .maximum = 9, .help = "H."}};

/// What is said of shapes for ports p, q, r with these patterns; empty: nothing.
std::string saidOf(std::initializer_list<std::string_view> patterns,
                   std::initializer_list<Shape> shapes, int64_t groups = 1) {
    constexpr std::string_view ids[] = {"p", "q", "r"};
    std::vector<PortSpec> ports;
    for (std::string_view pattern : patterns) ports.push_back(plain(ids[ports.size()], pattern));
    std::vector<ValueShape> types;
    for (const Shape& shape : shapes) types.push_back({shape, DType::F32});
    const auto checked = checkOperands(ports, Attrs(fields).with("groups", groups), types);
    return checked ? std::string() : checked.error().message;
}

/// Two floats of one type and a whole number.
Result<void> checkedTypes(DType p, DType q, DType k) {
    static constexpr PortSpec ports[] = {
        plain("p", "[…]"),
        plain("q", "[…]"),
        {.id = "k", .title = "T", .types = DType::I32, .pattern = "[…]", .help = "H."}};
    const std::vector<ValueShape> types{{{2}, p}, {{3}, q}, {{4}, k}};
    return checkOperands(ports, Attrs(), types);
}

}  // namespace

class PortsTest : public QObject {
    Q_OBJECT

  private slots:
    void operandsBelongToPorts() {
        const auto places = [](size_t count) {
            std::vector<PortPlace> found;
            for (size_t k = 0; k < count; ++k) found.push_back(placeOf(middle, count, k));
            return found;
        };
        QVERIFY(places(3) == (std::vector<PortPlace>{{0, 0}, {1, 0}, {2, 0}}));
        QVERIFY(places(5) == (std::vector<PortPlace>{{0, 0}, {1, 0}, {1, 1}, {1, 2}, {2, 0}}));
    }

    void repeatedPortsAreCalledByTheirNumber() {
        QCOMPARE(nameOf(middle, {0, 0}), std::string("a"));
        QCOMPARE(nameOf(middle, {1, 12}), std::string("x12"));
        QVERIFY(findPort(middle, "x12") == (PortPlace{1, 12}));
        QVERIFY(findPort(middle, "b") == (PortPlace{2, 0}));
        for (const char* none : {"x", "x01", "x-1", "x1 ", "c", "", "x99999999999", "a0"})
            QVERIFY2(!findPort(middle, none), none);
    }

    void patterns() {
        QCOMPARE(saidOf({"[N, C]"}, {{2, 3}}), std::string());
        QCOMPARE(saidOf({"[N, C]"}, {{2, 3, 4}}), "p needs shape [N, C], got [2, 3, 4]");
        QCOMPARE(saidOf({"[N, C]", "[C]"}, {{2, 3}, {3}}), std::string());
        QCOMPARE(saidOf({"[N, C]", "[C]"}, {{2, 3}, {4}}), "q needs shape [3], got [4]");
        QCOMPARE(saidOf({"[N, C]", "[C, D]"}, {{2, 3}, {4, 5}}),
                 "q needs shape [3, D], got [4, 5]");
        QCOMPARE(saidOf({"[N, H']", "[H']"}, {{2, 3}, {2}}), "q needs shape [3], got [2]");
        QCOMPARE(saidOf({"[2]"}, {{3}}), "p needs shape [2], got [3]");
        QCOMPARE(saidOf({"[N, …]"}, {{3, 4, 5}}), std::string());
        QCOMPARE(saidOf({"[N, …]"}, {{}}), "p needs shape [N, …], got []");
        QCOMPARE(saidOf({"[…, C]", "[C]"}, {{3, 4, 5}, {5}}), std::string());
        QCOMPARE(saidOf({"[…, C]", "[C]"}, {{3, 4, 5}, {4}}), "q needs shape [5], got [4]");
        QCOMPARE(saidOf({"[S…]", "[S…]"}, {{3, 4}, {3, 4}}), std::string());
        QCOMPARE(saidOf({"[S…]", "[S…]"}, {{3, 4}, {3}}), "q needs shape [3, 4], got [3]");
        QCOMPARE(saidOf({"[N, S…]", "[S…, N]"}, {{3, 4, 5}, {4, 5, 3}}), std::string());
        QCOMPARE(saidOf({"[]"}, {{1, 1}}), std::string());
        QCOMPARE(saidOf({"[]"}, {{2}}), "p needs one element, got [2]");
        QCOMPARE(saidOf({"[N, C] or [N, C, H, W]"}, {{1, 2, 3, 4}}), std::string());
        QCOMPARE(saidOf({"[N, C] or [N, C, H, W]"}, {{1, 2, 3}}),
                 "p needs shape [N, C] or [N, C, H, W], got [1, 2, 3]");
        constexpr auto either = "[N, C] or [N, C, H, W]";
        QCOMPARE(saidOf({either, either}, {{1, 2, 3, 4}, {1, 2, 3, 4}}), std::string());
        QCOMPARE(saidOf({either, either}, {{1, 2, 3, 4}, {1, 2}}),
                 "q needs shape [1, 2, 3, 4], got [1, 2]");
    }

    void extentsAreDividedByFields() {
        QCOMPARE(saidOf({"[N, C]", "[K, C / groups]"}, {{1, 6}, {4, 3}}, 2), std::string());
        QCOMPARE(saidOf({"[N, C]", "[K, C / groups]"}, {{1, 6}, {4, 6}}, 2),
                 "q needs shape [K, 3], got [4, 6]");
        QCOMPARE(saidOf({"[N, C]", "[K, C / groups]"}, {{1, 5}, {4, 2}}, 2),
                 "q needs shape [K, C / groups], got [4, 2]");
        QCOMPARE(saidOf({"[K, C / groups]"}, {{4, 3}}, 2), std::string());
    }

    void typesOfOneSetAreOneType() {
        const auto said = [](DType p, DType q, DType k) {
            const auto checked = checkedTypes(p, q, k);
            return checked ? std::string() : checked.error().message;
        };
        using enum DType;
        QCOMPARE(said(F64, F64, I32), std::string());
        QCOMPARE(said(F32, F64, I32), "q needs f32 like p, got f64");
        QCOMPARE(said(F32, I64, I32), "q needs f32 or f64, got i64");
        QCOMPARE(said(F32, F32, F32), "k needs i32, got f32");
    }

    void anotherTypeIsAdvisedToBeCast() {
        const auto advice = [](DType p, DType q, DType k) {
            return checkedTypes(p, q, k).error().next;
        };
        using enum DType;
        QCOMPARE(advice(F32, F64, I32), "Put a cast with 'f32' as its type in front of q.");
        QCOMPARE(advice(F32, I64, I32), "Put a cast with 'f32' as its type in front of q.");
        QCOMPARE(advice(F32, F32, F32), "Put a cast with 'i32' as its type in front of k.");
    }

    void whatIsMissingIsPassedOver() {
        const std::vector<ValueShape> types{missingShape, {{2, 3}, DType::F32}, {{3}, DType::F32}};
        constexpr PortSpec ports[] = {plain("p", "[C]"), plain("q", "[N, C]"), plain("r", "[C]")};
        QVERIFY(checkOperands(ports, Attrs(), types).ok());
    }

    void aBuilderWantsAnOperandForEachPort() {
        Program program;
        Builder b(program, {.training = true, .floatType = DType::F32});
        const ValueId x = b.addInput("x", {1, 3, 5, 5}, DType::F32);
        const ValueId w = b.addInput("w", {4, 3, 1, 1}, DType::F32);
        Attrs attrs = b.attrs("conv2d");
        attrs.with("out_channels", 4)
            .with("kernel", std::vector<int64_t>{1, 1})
            .with("bias", false);
        const ValueId y = b.emit("conv2d", attrs, {x, w, noValue});
        const Instr& instr = program.instrs.back();
        QCOMPARE(instr.in, (std::vector<ValueId>{x, w, noValue}));
        QCOMPARE(std::ranges::distance(instr.operands()), 2);
        QCOMPARE(b.shape(y), (Shape{1, 4, 5, 5}));
    }
};

QTEST_GUILESS_MAIN(PortsTest)
#include "tst_ports.moc"
