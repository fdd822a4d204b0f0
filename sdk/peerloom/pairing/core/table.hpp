// The weights of all pairs: a matrix, or terms that are worked out when they are needed.
// Mirrors tables.py and profiles.py.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "platform.hpp"

namespace peerloom {

enum Kind : std::int64_t { SHARED_BITS = 0, EXCHANGED_BITS = 1, CODES = 2 };

// One term of a sum; see profiles.py. Points are not owned, columns are.
struct Term {
    Kind kind;
    std::int64_t words;            // of 32 bits, in each row
    const std::uint32_t* left;     // rows of bits, or codes
    const std::uint32_t* right;    // the same people's other side
    const std::int32_t* points;
    std::int32_t width;            // of the table of points
    std::vector<std::uint32_t> left_columns, right_columns;

    Term(std::int64_t size, Kind given, std::int64_t given_words, const std::uint32_t* given_left,
         const std::uint32_t* given_right, const std::int32_t* given_points,
         std::int32_t given_width)
        : kind(given),
          words(given_words),
          left(given_left),
          right(given_right),
          points(given_points),
          width(given_width) {
        if (kind == CODES) return;
        right_columns = columns(size, right);
        if (kind == EXCHANGED_BITS) left_columns = columns(size, left);
    }

private:
    std::vector<std::uint32_t> columns(std::int64_t size, const std::uint32_t* rows) const {
        std::vector<std::uint32_t> turned(static_cast<std::size_t>(size * words));
        for (std::int64_t row = 0; row < size; ++row) {
            for (std::int64_t word = 0; word < words; ++word) {
                turned[word * size + row] = rows[row * words + word];
            }
        }
        return turned;
    }
};

constexpr std::int64_t TILE = 1024;

// Counts the bits that one row shares with a stretch of columns.
PEERLOOM_INLINE void count_bits_body(std::int64_t size, std::int64_t words,
                                     const std::uint32_t* row, const std::uint32_t* columns,
                                     std::int64_t count, std::int32_t* PEERLOOM_ALONE counts) {
    for (std::int64_t k = 0; k < count; ++k) counts[k] = 0;
    for (std::int64_t word = 0; word < words; ++word) {
        const std::uint32_t bits = row[word];
        if (bits == 0) continue;
        const std::uint32_t* PEERLOOM_ALONE column = columns + word * size;
        for (std::int64_t k = 0; k < count; ++k) counts[k] += PEERLOOM_POPCOUNT(bits & column[k]);
    }
}
PEERLOOM_VECTORS(void, count_bits,
                 (std::int64_t size, std::int64_t words, const std::uint32_t* row,
                  const std::uint32_t* columns, std::int64_t count, std::int32_t* counts),
                 (size, words, row, columns, count, counts));

PEERLOOM_INLINE void add_shared_body(std::int64_t count, const std::int32_t* PEERLOOM_ALONE counts,
                                     const std::int32_t* PEERLOOM_ALONE points, std::int32_t most,
                                     std::int32_t* PEERLOOM_ALONE out) {
    for (std::int64_t k = 0; k < count; ++k) out[k] += points[std::min(counts[k], most)];
}
PEERLOOM_VECTORS(void, add_shared,
                 (std::int64_t count, const std::int32_t* counts, const std::int32_t* points,
                  std::int32_t most, std::int32_t* out),
                 (count, counts, points, most, out));

PEERLOOM_INLINE void add_exchanged_body(std::int64_t count,
                                        const std::int32_t* PEERLOOM_ALONE there,
                                        const std::int32_t* PEERLOOM_ALONE back,
                                        const std::int32_t* PEERLOOM_ALONE points,
                                        std::int32_t width, std::int32_t* PEERLOOM_ALONE out) {
    for (std::int64_t k = 0; k < count; ++k) {
        out[k] += points[std::min(there[k], width - 1) * width + std::min(back[k], width - 1)];
    }
}
PEERLOOM_VECTORS(void, add_exchanged,
                 (std::int64_t count, const std::int32_t* there, const std::int32_t* back,
                  const std::int32_t* points, std::int32_t width, std::int32_t* out),
                 (count, there, back, points, width, out));

PEERLOOM_INLINE void add_codes_body(std::int64_t count, const std::int32_t* PEERLOOM_ALONE codes,
                                    const std::int32_t* PEERLOOM_ALONE points,
                                    std::int32_t* PEERLOOM_ALONE out) {
    for (std::int64_t k = 0; k < count; ++k) out[k] += points[codes[k]];
}
PEERLOOM_VECTORS(void, add_codes,
                 (std::int64_t count, const std::int32_t* codes, const std::int32_t* points,
                  std::int32_t* out),
                 (count, codes, points, out));

PEERLOOM_INLINE void forbid_below_body(std::int64_t count, std::int32_t least,
                                       std::int32_t* PEERLOOM_ALONE sums) {
    for (std::int64_t k = 0; k < count; ++k) sums[k] = sums[k] < least ? -1 : sums[k];
}
PEERLOOM_VECTORS(void, forbid_below, (std::int64_t count, std::int32_t least, std::int32_t* sums),
                 (count, least, sums));

// All pairs of a problem.
struct Table {
    std::int64_t size;
    // One of these three, or the terms.
    const std::int16_t* narrow = nullptr;
    const std::int32_t* middle = nullptr;
    const std::int64_t* wide = nullptr;
    std::vector<Term> terms;
    std::int32_t least = 0;  // sums below it are forbidden
    // Pairs that are not what the table says: masked as forbidden here, priced by the caller.
    std::vector<std::int64_t> masked_starts;
    std::vector<std::int32_t> masked;

    explicit Table(std::int64_t given) : size(given) {}

    // Calls `use(weights)` with one row's weights for `count` columns from `start`, at most TILE;
    // negative = forbidden. `room` is a place for them where they have to be worked out.
    template <typename Use>
    auto row(std::int64_t index, std::int64_t start, std::int64_t count, std::int32_t* room,
             Use use) const {
        if (narrow) return use(narrow + index * size + start);
        if (middle) return use(middle + index * size + start);
        if (wide) return use(wide + index * size + start);
        work_out(index, start, count, room);
        return use(static_cast<const std::int32_t*>(room));
    }

    // Works out a row of a table of terms.
    void work_out(std::int64_t index, std::int64_t start, std::int64_t count,
                  std::int32_t* out) const {
        add_terms(index, start, count, out);
        if (index >= start && index < start + count) out[index - start] = -1;
        if (masked_starts.empty()) return;
        const auto first = masked.begin() + masked_starts[index];
        const auto last = masked.begin() + masked_starts[index + 1];
        for (auto at = std::lower_bound(first, last, start); at != last && *at < start + count;
             ++at) {
            out[*at - start] = -1;
        }
    }

private:
    void add_terms(std::int64_t index, std::int64_t start, std::int64_t count,
                   std::int32_t* sums) const {
        std::int32_t there[TILE];
        std::int32_t back[TILE];
        std::fill(sums, sums + count, 0);
        for (const Term& term : terms) {
            if (term.kind == CODES) {
                const auto* codes = reinterpret_cast<const std::int32_t*>(term.left);
                const std::int32_t* points =
                    term.points + static_cast<std::int64_t>(codes[index]) * term.width;
                add_codes(count, codes + start, points, sums);
                continue;
            }
            count_bits(size, term.words, term.left + index * term.words,
                       term.right_columns.data() + start, count, there);
            if (term.kind == SHARED_BITS) {
                add_shared(count, there, term.points, term.width - 1, sums);
            } else {
                count_bits(size, term.words, term.right + index * term.words,
                           term.left_columns.data() + start, count, back);
                add_exchanged(count, there, back, term.points, term.width, sums);
            }
        }
        forbid_below(count, least, sums);
    }
};

}  // namespace peerloom
