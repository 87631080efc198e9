# Debian's hardening flags, and those of the OpenSSF guide that gcc 12 and clang 14 know.
add_library(rcn_hardening INTERFACE)
target_compile_options(rcn_hardening INTERFACE
  -fstack-protector-strong -fstack-clash-protection -fno-strict-aliasing
  -fno-delete-null-pointer-checks -fno-strict-overflow
  $<$<COMPILE_LANGUAGE:C>:-Werror=format-security>)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  target_compile_options(rcn_hardening INTERFACE -fcf-protection=full)
endif()
if(NOT RCN_SANITIZE AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  target_compile_options(rcn_hardening INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()
target_link_options(rcn_hardening INTERFACE
  -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed)
