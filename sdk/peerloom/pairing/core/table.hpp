// The weights of all pairs: a matrix, or terms that are worked out when they are needed.
// Mirrors tables.py and profiles.py.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "few_points.hpp"
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

// Counts the bits that a few words of a row share with a stretch of columns, in one sweep.
template <int WORDS, bool IS_FIRST>
PEERLOOM_INLINE void count_few(const std::uint32_t* bits, const std::uint32_t* const* columns,
                               std::int64_t count, std::int32_t* PEERLOOM_ALONE counts) {
    for (std::int64_t k = 0; k < count; ++k) {
        std::int32_t sum = IS_FIRST ? 0 : counts[k];
        for (int word = 0; word < WORDS; ++word) {
            sum += PEERLOOM_POPCOUNT(bits[word] & columns[word][k]);
        }
        counts[k] = sum;
    }
}

template <bool IS_FIRST>
PEERLOOM_INLINE void count_words(int words, const std::uint32_t* bits,
                                 const std::uint32_t* const* columns, std::int64_t count,
                                 std::int32_t* counts) {
    if (words == 0 && IS_FIRST) count_few<0, IS_FIRST>(bits, columns, count, counts);
    if (words == 1) count_few<1, IS_FIRST>(bits, columns, count, counts);
    if (words == 2) count_few<2, IS_FIRST>(bits, columns, count, counts);
    if (words == 3) count_few<3, IS_FIRST>(bits, columns, count, counts);
    if (words == 4) count_few<4, IS_FIRST>(bits, columns, count, counts);
}

// Counts the bits that one row shares with a stretch of columns. Most words of a row are empty.
PEERLOOM_INLINE void count_bits_body(std::int64_t size, std::int64_t words,
                                     const std::uint32_t* row, const std::uint32_t* columns,
                                     std::int64_t count, std::int32_t* PEERLOOM_ALONE counts) {
    std::uint32_t bits[4];
    const std::uint32_t* used[4];
    int found = 0;
    bool is_first = true;
    for (std::int64_t word = 0; word < words; ++word) {
        if (row[word] == 0) continue;
        bits[found] = row[word];
        used[found++] = columns + word * size;
        if (found < 4) continue;
        is_first ? count_words<true>(4, bits, used, count, counts)
                 : count_words<false>(4, bits, used, count, counts);
        is_first = false;
        found = 0;
    }
    is_first ? count_words<true>(found, bits, used, count, counts)
             : count_words<false>(found, bits, used, count, counts);
}
PEERLOOM_VECTORS(void, count_bits,
                 (std::int64_t size, std::int64_t words, const std::uint32_t* row,
                  const std::uint32_t* columns, std::int64_t count, std::int32_t* counts),
                 (size, words, row, columns, count, counts));

// What a pair exchanges both ways, as one number: a place in a square table.
PEERLOOM_INLINE void join_counts_body(std::int64_t count, std::int32_t* PEERLOOM_ALONE there,
                                      const std::int32_t* PEERLOOM_ALONE back,
                                      std::int32_t width) {
    for (std::int64_t k = 0; k < count; ++k) {
        there[k] = std::min(there[k], width - 1) * width + std::min(back[k], width - 1);
    }
}
PEERLOOM_VECTORS(void, join_counts,
                 (std::int64_t count, std::int32_t* there, const std::int32_t* back,
                  std::int32_t width),
                 (count, there, back, width));

// Adds the points of each number; numbers beyond `most` count as `most`.
PEERLOOM_INLINE void add_points_body(std::int64_t count, const std::int32_t* PEERLOOM_ALONE numbers,
                                     const std::int32_t* PEERLOOM_ALONE points, std::int32_t most,
                                     std::int32_t* PEERLOOM_ALONE out) {
    for (std::int64_t k = 0; k < count; ++k) out[k] += points[std::min(numbers[k], most)];
}
PEERLOOM_VECTORS(void, add_points,
                 (std::int64_t count, const std::int32_t* numbers, const std::int32_t* points,
                  std::int32_t most, std::int32_t* out),
                 (count, numbers, points, most, out));

PEERLOOM_INLINE void forbid_below_body(std::int64_t count, std::int32_t least,
                                       std::int32_t* PEERLOOM_ALONE sums) {
    for (std::int64_t k = 0; k < count; ++k) sums[k] = sums[k] < least ? -1 : sums[k];
}
PEERLOOM_VECTORS(void, forbid_below, (std::int64_t count, std::int32_t least, std::int32_t* sums),
                 (count, least, sums));

inline void look_up(std::int64_t count, const std::int32_t* numbers, const std::int32_t* points,
                    std::int32_t width, std::int32_t* out) {
    if (width > SHORT) {
        add_points(count, numbers, points, width - 1, out);
        return;
    }
    std::int32_t padded[SHORT];
    std::fill(std::copy(points, points + width, padded), padded + SHORT, points[width - 1]);
    add_few_points(count, numbers, padded, out);
}

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
                look_up(count, codes + start, points, term.width, sums);
                continue;
            }
            count_bits(size, term.words, term.left + index * term.words,
                       term.right_columns.data() + start, count, there);
            if (term.kind == SHARED_BITS) {
                look_up(count, there, term.points, term.width, sums);
            } else {
                count_bits(size, term.words, term.right + index * term.words,
                           term.left_columns.data() + start, count, back);
                join_counts(count, there, back, term.width);
                look_up(count, there, term.points, term.width * term.width, sums);
            }
        }
        forbid_below(count, least, sums);
    }
};

}  // namespace peerloom
