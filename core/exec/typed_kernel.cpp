// SPDX-License-Identifier: Apache-2.0
// Binds kernels to the types that the layout pass gave.
#include "core/exec/typed_kernel.h"

#include "core/base/check.h"
#include "core/exec/device_offers.h"
#include "core/exec/kernel_call.h"

namespace vitrine {

namespace {

constexpr double copyBytesPerSecond = 4e9;

}  // namespace

kernels::Kernel boundKernel(const TypedProgram& typed, size_t instr) {
    const Instr& of = typed.program.instrs[instr];
    if (of.op->isView()) return {};
    const KernelChoice& choice = typed.choices[instr];
    kernels::Call call = choice.call();
    call.algorithm = choice.offer().algorithm;
    call.operands.reserve(of.in.size() + of.out.size());
    for (ValueId v : callValues(of))
        call.operands.push_back(operandOf(typed.types[static_cast<size_t>(v)]));
    if (typed.device) return kernelOfDevice(*typed.device, call);
    kernels::Kernel kernel = boundTo(of, std::move(call));
    VITRINE_CHECK(kernel.run, ("no kernel takes " + std::string(of.op->id)).c_str());
    return kernel;
}

double secondsOf(const TypedProgram& typed, size_t instr) {
    const Instr& of = typed.program.instrs[instr];
    if (of.op->isView()) return 0;
    const double seconds = typed.choices[instr].offer().seconds;
    if (seconds > 0) return seconds;
    // Copies that the layout pass placed: nobody offered them.
    int64_t bytes = 0;
    for (ValueId v : callValues(of)) bytes += typed.types[static_cast<size_t>(v)].storageBytes();
    return static_cast<double>(bytes) / copyBytesPerSecond;
}

}  // namespace vitrine
