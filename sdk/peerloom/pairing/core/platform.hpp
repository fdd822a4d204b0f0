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

// One build for every processor of a kind: the loader picks the widest vectors that it has. Only
// GCC with glibc can do so, and not beside the sanitizers; elsewhere the plain loop is all.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__GLIBC__) && \
    !defined(PEERLOOM_PLAIN)
#define PEERLOOM_VECTORS __attribute__((target_clones("arch=icelake-server", "avx2", "default")))
#else
#define PEERLOOM_VECTORS
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
