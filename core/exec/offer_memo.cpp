// SPDX-License-Identifier: Apache-2.0
// Questions are instructions without names and numbers of values; kernels see nothing else of them.
#include "core/exec/offer_memo.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <optional>
#include <string>

#include "core/exec/device_offers.h"
#include "core/exec/kept_offers.h"
#include "core/exec/kernel_call.h"

namespace vitrine {

namespace {

/// A question as somebody comes with it.
struct Asking {
    const Program& program;
    const Instr& instr;
    const Allowed& allowed;

    ValueShape in(size_t k) const { return program.shapeOf(instr.in[k]); }
    ValueShape out(size_t k) const { return program.shapeOf(instr.out[k]); }
};

/// 0 and −0 are two numbers here: what kernels make of them differs.
bool isSame(const FieldValue& a, const FieldValue& b) {
    const double *x = std::get_if<double>(&a), *y = std::get_if<double>(&b);
    return x && y ? std::bit_cast<uint64_t>(*x) == std::bit_cast<uint64_t>(*y) : a == b;
}

bool isSame(const Attrs& a, const Attrs& b) {
    return std::ranges::equal(a.values(), b.values(),
                              [](const auto& x, const auto& y) { return isSame(x, y); });
}

bool isSame(const FusedOp& a, const FusedOp& b) {
    return a.op == b.op && a.reads == b.reads && a.added == b.added && a.at == b.at &&
           isSame(a.attrs, b.attrs);
}

class Hash {
  public:
    void add(size_t number) { m_hash = (std::rotl(m_hash, 23) ^ number) * 0x9e3779b97f4a7c15U; }
    void add(const FieldValue& value) {
        add(value.index());
        std::visit([this](const auto& held) { addHeld(held); }, value);
    }
    void add(const ValueShape& type) {
        add(type.isThere ? static_cast<size_t>(type.dtype) : ~size_t{0});
        for (int64_t extent : type.shape.dims()) add(static_cast<size_t>(extent));
    }
    void add(const OpDescriptor* op, const Attrs& attrs) {
        add(std::bit_cast<size_t>(op));
        for (const FieldValue& value : attrs.values()) add(value);
    }
    size_t value() const { return m_hash ^ m_hash >> 32; }

  private:
    void addHeld(int64_t held) { add(static_cast<size_t>(held)); }
    void addHeld(double held) { add(std::bit_cast<size_t>(held)); }
    void addHeld(bool held) { add(size_t{held}); }
    void addHeld(const std::string& held) { add(std::hash<std::string>()(held)); }
    void addHeld(const std::vector<int64_t>& held) {
        for (int64_t number : held) add(static_cast<size_t>(number));
    }

    size_t m_hash = 0;
};

size_t hashOf(const Asking& asking) {
    Hash hash;
    hash.add(asking.allowed.layouts.to_ulong());
    hash.add(static_cast<size_t>(asking.allowed.math));
    hash.add(asking.instr.op, asking.instr.attrs);
    for (size_t k = 0; k < asking.instr.in.size(); ++k) hash.add(asking.in(k));
    for (size_t k = 0; k < asking.instr.out.size(); ++k) hash.add(asking.out(k));
    for (size_t k = 0; k < asking.instr.foldedCount(); ++k) {
        const FusedOp& fused = asking.instr.folded(k);
        hash.add(fused.op, fused.attrs);
        for (int read : fused.reads) hash.add(static_cast<size_t>(read));
        hash.add(static_cast<size_t>(fused.at));
    }
    return hash.value();
}

/// A question that is kept: of the instruction only what is asked.
struct Question {
    explicit Question(const Asking& asking);
    bool isAsked(const Asking& asking) const;

    Instr instr;  ///< `in` says which operands are missing
    std::vector<ValueShape> in, out;
    Allowed allowed;
};

Question::Question(const Asking& asking) : allowed(asking.allowed) {
    instr.op = asking.instr.op;
    instr.attrs = asking.instr.attrs;
    for (size_t k = 0; k < asking.instr.in.size(); ++k) {
        in.push_back(asking.in(k));
        instr.in.push_back(in.back().isThere ? 0 : noValue);
    }
    for (size_t k = 0; k < asking.instr.out.size(); ++k) out.push_back(asking.out(k));
    const auto kept = [](const FusedOp& fused) -> FusedOp {
        return {fused.op, fused.attrs, noValue, {}, fused.reads, fused.added, fused.at};
    };
    for (const FusedOp& load : asking.instr.loads) instr.loads.push_back(kept(load));
    for (const FusedOp& fused : asking.instr.epilogue) instr.epilogue.push_back(kept(fused));
    for (const FusedOp& sum : asking.instr.sums) instr.sums.push_back(kept(sum));
}

bool Question::isAsked(const Asking& asking) const {
    const Instr& other = asking.instr;
    if (allowed != asking.allowed || instr.op != other.op || in.size() != other.in.size() ||
        out.size() != other.out.size())
        return false;
    for (size_t k = 0; k < in.size(); ++k)
        if (in[k] != asking.in(k)) return false;
    for (size_t k = 0; k < out.size(); ++k)
        if (out[k] != asking.out(k)) return false;
    const auto same = [](const FusedOp& a, const FusedOp& b) { return isSame(a, b); };
    return isSame(instr.attrs, other.attrs) && std::ranges::equal(instr.loads, other.loads, same) &&
           std::ranges::equal(instr.epilogue, other.epilogue, same) &&
           std::ranges::equal(instr.sums, other.sums, same);
}

/// A view costs nothing where its elements may stay.
std::vector<kernels::Offer> viewOffers(const Instr& view, const Shape& in, const Shape& out) {
    std::vector<kernels::Offer> offers;
    for (LayoutKind kind : {LayoutKind::RowMajor, LayoutKind::Lanes, LayoutKind::Blocked}) {
        if (!staysIn(kind, view, in, out)) continue;
        kernels::Offer offer;
        offer.name = "view";
        offer.forms.assign(2, {.layout = kind, .halo = 0, .isStrided = true});
        offers.push_back(std::move(offer));
    }
    return offers;
}

/// Null where nothing was measured for it.
const MeasuredWays::Ways* waysOf(const Question& question) {
    return question.instr.op->isView() ? nullptr
                                       : question.allowed.measured->find(questionText(
                                             question.instr, question.in, question.out));
}

std::shared_ptr<const KernelWays> withTimes(KernelWays known, const MeasuredWays::Ways& ways,
                                            int threads) {
    known.threads = threads;
    for (KernelWays::Way& way : known.offered)
        if (const auto measured = ways.find(way.name); measured != ways.end())
            way.measured = measured->second;
    return std::make_shared<const KernelWays>(std::move(known));
}

/// Which of the offers kernels go for an instruction with a pool: it stands in the place of what is
/// stored, or loaded.
AskedOffers withPool(const Instr& instr, AskedOffers asked, const kernels::PooledCall& pooled) {
    std::vector<char>& takes = endsInPool(instr) ? asked.takesStore : asked.takesLoad;
    takes.clear();
    for (const kernels::Offer& offer : asked.offers)
        takes.push_back(kernels::takesPool(pooled, offer));
    asked.loadsByPart = asked.takesLoad;
    return asked;
}

AskedOffers answerTo(const Question& question) {
    kernels::Call call;
    std::optional<kernels::PooledCall> pooled;
    kernels::Offers offers;
    if (question.instr.op->isView()) {
        offers.list = viewOffers(question.instr, question.in[0].shape, question.out[0].shape);
    } else {
        call = logicalCall(question.instr, question.in, question.out);
        if (endsInPool(question.instr) || loadsThroughPool(question.instr))
            pooled = pooledCall(question.instr, call);
        offers = pooled ? kernels::offers(*pooled) : kernels::offers(call);
    }
    for (const kernels::Offer& offer : offers.list)
        if (!question.allowed.isExactEnough(offer))
            offers.refused.push_back({"winograd", "math is direct, which it is not"});
    std::erase_if(offers.list,
                  [&](const kernels::Offer& offer) { return !question.allowed.takes(offer); });
    const MeasuredWays* const measured = question.allowed.measured.get();
    const MeasuredWays::Ways* const ways = measured ? waysOf(question) : nullptr;
    if (ways) takeMeasured(*ways, measured->threads, offers.list);
    Device* const device = question.allowed.device;
    AskedOffers asked = device ? offersOfDevice(*device, std::move(call), std::move(offers))
                               : askedOffers(std::move(call), std::move(offers));
    if (pooled) asked = withPool(question.instr, std::move(asked), *pooled);
    if (ways) asked.ways = withTimes(*asked.ways, *ways, measured->threads);
    asked.allowed.math = question.allowed.math;
    asked.allowed.measured = question.allowed.measured;
    asked.allowed.device = device;
    return asked;
}

}  // namespace

bool Allowed::isExactEnough(const kernels::Offer& offer) const {
    return math == Math::Fast || offer.algorithm == kernels::Algorithm::Direct;
}

bool Allowed::takes(const kernels::Offer& offer) const {
    return isExactEnough(offer) && layouts.test(static_cast<size_t>(offer.layout()));
}

struct OfferMemo::Known {
    Question question;
    AskedOffers answer;
};

OfferMemo::OfferMemo() = default;
OfferMemo::~OfferMemo() = default;

std::shared_ptr<const AskedOffers> OfferMemo::ask(const Program& program, const Instr& instr,
                                                  const Allowed& allowed) {
    const Asking asking{program, instr, allowed};
    const size_t hash = hashOf(asking);
    auto [known, end] = m_known.equal_range(hash);
    while (known != end && !known->second->question.isAsked(asking)) ++known;
    if (known == end) {
        Question question(asking);
        AskedOffers answer = answerTo(question);
        known = m_known.emplace(
            hash, std::make_shared<const Known>(std::move(question), std::move(answer)));
    }
    return {known->second, &known->second->answer};
}

AskedOffers askedOffers(kernels::Call call, kernels::Offers offers) {
    AskedOffers asked;
    asked.allowed.layouts = {};
    for (const kernels::Offer& offer : offers.list) {
        asked.allowed.layouts.set(static_cast<size_t>(offer.layout()));
        if (!call.store.empty() && call.sums.empty() && call.load.empty())
            asked.takesStore.push_back(kernels::takesStore(call, offer));
        if (!call.sums.empty() && call.load.empty())
            asked.takesSums.push_back(kernels::takesSums(call, offer));
        if (call.load.empty()) continue;
        asked.takesLoad.push_back(kernels::takesLoad(call, offer));
        asked.loadsByPart.push_back(kernels::loadsByPart(call, offer));
    }
    keepOffers(asked, std::move(call), std::move(offers));
    return asked;
}

}  // namespace vitrine
