// SPDX-License-Identifier: Apache-2.0
// The part of {fmt} that its headers leave to libfmt, compiled into the program, as
// fmt/format-inl.h is made for. Debian has libfmt shared only, and to load it and the C++ library
// behind it is a fifth of what `moderato apply` costs at every start of a job.
#include <fmt/format-inl.h>

FMT_BEGIN_NAMESPACE
namespace detail {

template dragonbox::decimal_fp<float> dragonbox::to_decimal(float) noexcept;
template dragonbox::decimal_fp<double> dragonbox::to_decimal(double) noexcept;
template locale_ref::locale_ref(const std::locale&);
template std::locale locale_ref::get<std::locale>() const;
template thousands_sep_result<char> thousands_sep_impl(locale_ref);
template char decimal_point_impl(locale_ref);

}  // namespace detail
FMT_END_NAMESPACE
