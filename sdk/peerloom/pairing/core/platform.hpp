// The few places where compilers differ.
#pragma once

#include <cstdint>

#if defined(_MSC_VER)
#define PEERLOOM_ALONE __restrict
#define PEERLOOM_EXPORT extern "C" __declspec(dllexport)
#else
#define PEERLOOM_ALONE __restrict__
#define PEERLOOM_EXPORT extern "C" __attribute__((visibility("default")))
#endif

#if defined(__GNUC__) || defined(__clang__)
#define PEERLOOM_INLINE inline __attribute__((always_inline))
#define PEERLOOM_POPCOUNT(bits) __builtin_popcount(bits)
#else
#define PEERLOOM_INLINE __forceinline
inline std::int32_t peerloom_popcount(std::uint32_t bits) {
    bits -= (bits >> 1) & 0x55555555u;
    bits = (bits & 0x33333333u) + ((bits >> 2) & 0x33333333u);
    return static_cast<std::int32_t>((((bits + (bits >> 4)) & 0x0f0f0f0fu) * 0x01010101u) >> 24);
}
#define PEERLOOM_POPCOUNT(bits) peerloom_popcount(bits)
#endif

// One build for every processor of a kind: `name_body`, an inlined function, is compiled for
// several widths of vectors, and `name` is the widest that this processor has.
#if (defined(__GNUC__) || defined(__clang__)) && defined(__x86_64__)
#define PEERLOOM_VECTORS(Result, name, parameters, arguments)                                     \
    __attribute__((target("avx512f,avx512vpopcntdq"))) inline Result name##_avx512 parameters {   \
        return name##_body arguments;                                                             \
    }                                                                                             \
    __attribute__((target("avx2,popcnt"))) inline Result name##_avx2 parameters {                 \
        return name##_body arguments;                                                             \
    }                                                                                             \
    inline Result name##_plain parameters { return name##_body arguments; }                       \
    inline Result(*const name) parameters =                                                       \
        __builtin_cpu_supports("avx512vpopcntdq") ? name##_avx512                                 \
        : __builtin_cpu_supports("avx2")          ? name##_avx2                                   \
                                                  : name##_plain
#else
#define PEERLOOM_VECTORS(Result, name, parameters, arguments)                                     \
    inline Result name parameters { return name##_body arguments; }                               \
    static_assert(true)
#endif
