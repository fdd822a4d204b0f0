// The doors of the compiled engine: plain functions over plain numbers, called by compiled.py.
// Nothing here decides anything. A null pointer or a negative number means: out of memory.

#include <new>

#include "fractional.hpp"
#include "passes.hpp"
#include "search.hpp"

using namespace peerloom;

namespace {

using List = std::vector<std::int64_t>;

template <typename Make>
auto guarded(Make make) noexcept -> decltype(make()) {
    try {
        return make();
    } catch (const std::exception&) {
        return nullptr;
    }
}

template <typename Work>
std::int64_t done(Work work) noexcept {
    try {
        work();
        return 0;
    } catch (const std::exception&) {
        return -1;
    }
}

// Beyond this 32 bits do not hold every difference.
constexpr std::int64_t NARROW = std::int64_t{1} << 28;

template <typename Number>
struct Seen {
    Number most = 0, differs = 0;
};

template <typename Number>
PEERLOOM_INLINE void compare(std::int64_t count, const Number* here, const Number* mirror,
                             Seen<Number>* seen) {
    Number most = seen->most, differs = seen->differs;
    for (std::int64_t j = 0; j < count; ++j) {
        differs = static_cast<Number>(differs | (here[j] ^ mirror[j]));
        most = std::max(most, here[j]);
    }
    *seen = {most, differs};
}

#define PEERLOOM_COMPARE(Number, name)                                                            \
    PEERLOOM_INLINE void name##_body(std::int64_t count, const Number* here,                      \
                                     const Number* mirror, Seen<Number>* seen) {                  \
        compare(count, here, mirror, seen);                                                       \
    }                                                                                             \
    PEERLOOM_VECTORS(void, name,                                                                  \
                     (std::int64_t count, const Number* here, const Number* mirror,               \
                      Seen<Number>* seen),                                                        \
                     (count, here, mirror, seen));                                                \
    inline void compare_rows(std::int64_t count, const Number* here, const Number* mirror,        \
                             Seen<Number>* seen) {                                                \
        name(count, here, mirror, seen);                                                          \
    }                                                                                             \
    static_assert(true)

PEERLOOM_COMPARE(std::int16_t, compare16);
PEERLOOM_COMPARE(std::int32_t, compare32);
PEERLOOM_COMPARE(std::int64_t, compare64);
#undef PEERLOOM_COMPARE

// Square by square, each turned once in fast memory, so that both halves are read in rows.
template <typename Number>
void scan(const Number* weights, std::int64_t size, std::int64_t threads, std::int64_t* out) {
    constexpr std::int64_t SIDE = 64;
    const std::int64_t strips = (size + SIDE - 1) / SIDE;
    std::vector<Seen<Number>> seen(strips);
    in_blocks(strips, threads, [&](std::int64_t strip) {
        const std::int64_t row = strip * SIDE;
        const std::int64_t rows = std::min(SIDE, size - row);
        Number turned[SIDE][SIDE];
        for (std::int64_t column = row; column < size; column += SIDE) {
            const std::int64_t columns = std::min(SIDE, size - column);
            for (std::int64_t j = 0; j < columns; ++j) {
                const Number* mirror = weights + (column + j) * size + row;
                for (std::int64_t i = 0; i < rows; ++i) turned[i][j] = mirror[i];
            }
            for (std::int64_t i = 0; i < rows; ++i) {
                const Number* here = weights + (row + i) * size + column;
                // On the diagonal squares only what is right of the diagonal counts.
                const std::int64_t first = column == row ? i + 1 : 0;
                if (first < columns) {
                    compare_rows(columns - first, here + first, turned[i] + first, &seen[strip]);
                }
            }
        }
    });
    out[0] = 0;
    out[1] = 1;
    for (const Seen<Number>& part : seen) {
        out[0] = std::max(out[0], static_cast<std::int64_t>(part.most));
        if (part.differs != 0) out[1] = 0;
    }
}

template <typename From, typename To>
PEERLOOM_INLINE void narrow_row(std::int64_t count, const From* PEERLOOM_ALONE from,
                                To* PEERLOOM_ALONE to) {
    for (std::int64_t k = 0; k < count; ++k) to[k] = static_cast<To>(std::max<From>(from[k], -1));
}

#define PEERLOOM_NARROW(From, To, name)                                                           \
    PEERLOOM_INLINE void name##_body(std::int64_t count, const From* from, To* to) {              \
        narrow_row(count, from, to);                                                              \
    }                                                                                             \
    PEERLOOM_VECTORS(void, name, (std::int64_t count, const From* from, To* to),                  \
                     (count, from, to));                                                          \
    inline void narrowed(std::int64_t count, const From* from, To* to) { name(count, from, to); } \
    static_assert(true)

PEERLOOM_NARROW(std::int16_t, std::int16_t, narrow16_16);
PEERLOOM_NARROW(std::int16_t, std::int32_t, narrow16_32);
PEERLOOM_NARROW(std::int16_t, std::int64_t, narrow16_64);
PEERLOOM_NARROW(std::int32_t, std::int16_t, narrow32_16);
PEERLOOM_NARROW(std::int32_t, std::int32_t, narrow32_32);
PEERLOOM_NARROW(std::int32_t, std::int64_t, narrow32_64);
PEERLOOM_NARROW(std::int64_t, std::int16_t, narrow64_16);
PEERLOOM_NARROW(std::int64_t, std::int32_t, narrow64_32);
PEERLOOM_NARROW(std::int64_t, std::int64_t, narrow64_64);
#undef PEERLOOM_NARROW

// Everything forbidden becomes -1, and so does the diagonal.
template <typename From, typename To>
void narrow(const From* from, std::int64_t size, To* to, std::int64_t threads) {
    in_blocks((size + BLOCK - 1) / BLOCK, threads, [&](std::int64_t block) {
        for (std::int64_t row = block * BLOCK; row < std::min(size, (block + 1) * BLOCK); ++row) {
            narrowed(size, from + row * size, to + row * size);
            to[row * size + row] = -1;
        }
    });
}

template <typename Use>
void typed(const void* data, std::int64_t bytes, Use use) {
    if (bytes == 2) use(static_cast<const std::int16_t*>(data));
    if (bytes == 4) use(static_cast<const std::int32_t*>(data));
    if (bytes == 8) use(static_cast<const std::int64_t*>(data));
}

template <typename Use>
void typed(void* data, std::int64_t bytes, Use use) {
    if (bytes == 2) use(static_cast<std::int16_t*>(data));
    if (bytes == 4) use(static_cast<std::int32_t*>(data));
    if (bytes == 8) use(static_cast<std::int64_t*>(data));
}

}  // namespace

// Raised whenever a function here changes, so that an old library is never used.
PEERLOOM_EXPORT std::int64_t pl_version() { return 2; }

// Matrices of whole numbers: the largest off the diagonal (at least 0), and whether symmetric.
PEERLOOM_EXPORT std::int64_t pl_scan(const void* data, std::int64_t bytes, std::int64_t size,
                                     std::int64_t threads, std::int64_t* out) {
    return done([&] {
        typed(data, bytes, [&](auto* weights) { scan(weights, size, threads, out); });
    });
}

PEERLOOM_EXPORT std::int64_t pl_narrow(const void* data, std::int64_t bytes, std::int64_t size,
                                       void* to, std::int64_t to_bytes, std::int64_t threads) {
    return done([&] {
        typed(data, bytes, [&](auto* weights) {
            typed(to, to_bytes, [&](auto* narrower) { narrow(weights, size, narrower, threads); });
        });
    });
}

// Lists that a function gives back.
PEERLOOM_EXPORT std::int64_t pl_list_size(const List* list) {
    return static_cast<std::int64_t>(list->size());
}

PEERLOOM_EXPORT void pl_list_take(List* list, std::int64_t* out) {
    std::copy(list->begin(), list->end(), out);
    delete list;
}

// Tables of weights. What they point to belongs to the caller, who keeps it.
PEERLOOM_EXPORT Table* pl_table(std::int64_t size, const void* data, std::int64_t bytes,
                                std::int64_t least) {
    return guarded([&] {
        auto* table = new Table(size);
        table->least = static_cast<std::int32_t>(least);
        if (bytes == 2) table->narrow = static_cast<const std::int16_t*>(data);
        if (bytes == 4) table->middle = static_cast<const std::int32_t*>(data);
        if (bytes == 8) table->wide = static_cast<const std::int64_t*>(data);
        return table;
    });
}

PEERLOOM_EXPORT std::int64_t pl_table_add(Table* table, std::int64_t kind, std::int64_t words,
                                          const void* left, const void* right,
                                          const std::int32_t* points, std::int64_t width) {
    return done([&] {
        table->terms.emplace_back(table->size, static_cast<Kind>(kind), words,
                                  static_cast<const std::uint32_t*>(left),
                                  static_cast<const std::uint32_t*>(right), points,
                                  static_cast<std::int32_t>(width));
    });
}

PEERLOOM_EXPORT std::int64_t pl_table_mask(Table* table, const std::int64_t* starts,
                                           const std::int64_t* columns) {
    return done([&] {
        table->masked_starts.assign(starts, starts + table->size + 1);
        table->masked.assign(columns, columns + starts[table->size]);
    });
}

PEERLOOM_EXPORT void pl_table_free(Table* table) { delete table; }

// For tables of terms only, with weights that fit 16 bits: the whole matrix.
PEERLOOM_EXPORT std::int64_t pl_table_rows(const Table* table, std::int64_t threads,
                                           std::int16_t* out) {
    return done([&] {
        in_blocks(table->size, threads, [&](std::int64_t row) {
            std::int32_t room[TILE];
            for (std::int64_t column = 0; column < table->size; column += TILE) {
                const std::int64_t count = std::min(TILE, table->size - column);
                table->work_out(row, column, count, room);
                narrowed(count, static_cast<const std::int32_t*>(room),
                         out + row * table->size + column);
            }
        });
    });
}

PEERLOOM_EXPORT List* pl_best_partners(const Table* table, std::int64_t most, std::int64_t sample,
                                       std::int64_t threads) {
    return guarded([&] {
        return new List(table->wide
                            ? Candidates<std::int64_t>(*table, most, sample, threads).codes()
                            : Candidates<std::int32_t>(*table, most, sample, threads).codes());
    });
}

// The list begins with how many rows are crowded, and which; then come the codes.
PEERLOOM_EXPORT List* pl_violations(const Table* table, const BlossomForest* forest,
                                    std::int64_t most, const std::int64_t* prices,
                                    const std::int64_t* rows, std::int64_t asked,
                                    std::int64_t threads, std::int64_t* excess) {
    return guarded([&] {
        bool is_narrow = !table->wide;
        for (std::int64_t k = 0; k < table->size && is_narrow; ++k) {
            is_narrow = prices[k] < NARROW && prices[k] > -NARROW;
        }
        Violations result;
        if (is_narrow) {
            const std::vector<std::int32_t> small(prices, prices + table->size);
            result = violations(*table, forest, most, small.data(), rows, asked, threads);
        } else {
            result = violations(*table, forest, most, prices, rows, asked, threads);
        }
        *excess = result.excess;
        auto* list = new List{static_cast<std::int64_t>(result.crowded.size())};
        list->insert(list->end(), result.crowded.begin(), result.crowded.end());
        list->insert(list->end(), result.codes.begin(), result.codes.end());
        return list;
    });
}

// Graphs.
PEERLOOM_EXPORT SparseGraph* pl_graph(std::int64_t size) {
    return guarded([&] { return new SparseGraph(size); });
}

PEERLOOM_EXPORT std::int64_t pl_graph_add(SparseGraph* graph, std::int64_t count,
                                          const std::int64_t* tails, const std::int64_t* heads,
                                          const std::int64_t* doubled) {
    return done([&] { graph->add(count, tails, heads, doubled); });
}

PEERLOOM_EXPORT void pl_graph_free(SparseGraph* graph) { delete graph; }

// The half-integral optimum.
PEERLOOM_EXPORT HalfIntegralMatching* pl_half(const SparseGraph* graph) {
    return guarded([&] { return new HalfIntegralMatching(*graph); });
}

PEERLOOM_EXPORT std::int64_t pl_half_solve(HalfIntegralMatching* half_matching) {
    return done([&] { half_matching->solve(); });
}

PEERLOOM_EXPORT std::int64_t pl_half_raise(HalfIntegralMatching* half_matching, std::int64_t count,
                                           const std::int64_t* tails, const std::int64_t* heads,
                                           const std::int64_t* doubled) {
    return done([&] { half_matching->raise_prices(count, tails, heads, doubled); });
}

PEERLOOM_EXPORT void pl_half_open_rings(HalfIntegralMatching* half_matching) {
    half_matching->open_rings();
}

PEERLOOM_EXPORT void pl_half_read(const HalfIntegralMatching* half_matching, std::int64_t* prices,
                                  std::int64_t* mates, std::int64_t* rings) {
    std::copy(half_matching->price.begin(), half_matching->price.end(), prices);
    std::copy(half_matching->mate.begin(), half_matching->mate.end(), mates);
    for (const auto& ring : half_matching->ring) *rings++ = ring != nullptr;
}

PEERLOOM_EXPORT void pl_half_free(HalfIntegralMatching* half_matching) { delete half_matching; }

// The exact matching with blossoms.
PEERLOOM_EXPORT BlossomForest* pl_forest(const SparseGraph* graph, const std::int64_t* prices,
                                         const std::int64_t* mates) {
    return guarded([&] { return new BlossomForest(*graph, prices, mates); });
}

PEERLOOM_EXPORT BlossomForest* pl_forest_copy(const BlossomForest* forest) {
    return guarded([&] { return new BlossomForest(*forest); });
}

PEERLOOM_EXPORT std::int64_t pl_forest_solve(BlossomForest* forest) {
    return done([&] { Search(*forest).solve(); });
}

PEERLOOM_EXPORT std::int64_t pl_forest_raise(BlossomForest* forest, std::int64_t count,
                                             const std::int64_t* tails, const std::int64_t* heads,
                                             const std::int64_t* doubled) {
    return done([&] { forest->raise_prices(count, tails, heads, doubled); });
}

PEERLOOM_EXPORT std::int64_t pl_forest_set_aside(BlossomForest* forest, std::int64_t vertex,
                                                 std::int64_t unpayable) {
    return done([&] { forest->set_aside(static_cast<Vertex>(vertex), unpayable); });
}

PEERLOOM_EXPORT void pl_forest_take_back(BlossomForest* forest, std::int64_t vertex) {
    forest->take_back(static_cast<Vertex>(vertex));
}

PEERLOOM_EXPORT void pl_forest_read(const BlossomForest* forest, std::int64_t* prices,
                                    std::int64_t* mates, std::int64_t* tops) {
    for (Vertex vertex = 0; vertex < forest->size(); ++vertex) *tops++ = forest->top(vertex);
    std::copy(forest->price.begin(), forest->price.end(), prices);
    std::copy(forest->mate.begin(), forest->mate.end(), mates);
}

// For each living blossom: its toll, and how many vertices.
PEERLOOM_EXPORT List* pl_forest_tolls(const BlossomForest* forest) {
    return guarded([&] {
        auto* list = new List();
        for (Vertex node = forest->size(); node < forest->nodes(); ++node) {
            if (!forest->is_blossom(node) || forest->toll[node] == 0) continue;
            list->insert(list->end(), {forest->toll[node], forest->count(node)});
        }
        return list;
    });
}

// For each living blossom with at least this toll: its node, its toll, its holder, how many
// vertices, and which.
PEERLOOM_EXPORT List* pl_forest_blossoms(const BlossomForest* forest, std::int64_t least) {
    return guarded([&] {
        auto* list = new List();
        for (Vertex node = forest->size(); node < forest->nodes(); ++node) {
            if (!forest->is_blossom(node) || forest->toll[node] < least) continue;
            const Nodes vertices = forest->vertices(node);
            list->insert(list->end(), {node, forest->toll[node], forest->holder[node],
                                       static_cast<std::int64_t>(vertices.size())});
            list->insert(list->end(), vertices.begin(), vertices.end());
        }
        return list;
    });
}

PEERLOOM_EXPORT void pl_forest_free(BlossomForest* forest) { delete forest; }
