// The few places where compilers differ.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string_view>

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

// One build for every processor of a kind. Of a function in several versions, `name_plain` for all
// and others for wider vectors, `name` is the widest that this processor has.
#if (defined(__GNUC__) || defined(__clang__)) && defined(__x86_64__)
namespace peerloom {

enum class Vectors { PLAIN, AVX2, AVX512 };

// The widest that this processor has, or less where the environment says "avx2" or "plain".
inline Vectors widest() {
    const char* said = std::getenv("PEERLOOM_VECTORS");
    const std::string_view most = said ? said : "";
    if (most == "plain" || !__builtin_cpu_supports("avx2")) return Vectors::PLAIN;
    if (most == "avx2" || !__builtin_cpu_supports("avx512vpopcntdq")) return Vectors::AVX2;
    return Vectors::AVX512;
}

}  // namespace peerloom

#define PEERLOOM_WIDEST(Result, name, parameters, arguments)                                      \
    inline Result(*const name) parameters = peerloom::widest() == peerloom::Vectors::AVX512       \
                                                ? name##_avx512                                   \
                                            : peerloom::widest() == peerloom::Vectors::AVX2       \
                                                ? name##_avx2                                     \
                                                : name##_plain
// All versions from one text: `name_body`, an inlined function.
#define PEERLOOM_VECTORS(Result, name, parameters, arguments)                                     \
    __attribute__((target("avx512f,avx512vpopcntdq"))) inline Result name##_avx512 parameters {   \
        return name##_body arguments;                                                             \
    }                                                                                             \
    __attribute__((target("avx2,popcnt"))) inline Result name##_avx2 parameters {                 \
        return name##_body arguments;                                                             \
    }                                                                                             \
    inline Result name##_plain parameters { return name##_body arguments; }                       \
    PEERLOOM_WIDEST(Result, name, parameters, arguments)
#else
#define PEERLOOM_WIDEST(Result, name, parameters, arguments)                                      \
    inline Result name parameters { return name##_plain arguments; }                              \
    static_assert(true)
#define PEERLOOM_VECTORS(Result, name, parameters, arguments)                                     \
    inline Result name parameters { return name##_body arguments; }                               \
    static_assert(true)
#endif
