# -DRCN_SANITIZE=address,undefined (or thread) for the whole build.
set(RCN_SANITIZE "" CACHE STRING "Sanitizers to build with, for example address,undefined")
if(RCN_SANITIZE)
  add_compile_options(-fsanitize=${RCN_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${RCN_SANITIZE})
  # What libFuzzer steers by; the runtime of the sanitizers takes it where there is no fuzzer.
  if(CMAKE_C_COMPILER_ID MATCHES "Clang" AND RCN_SANITIZE MATCHES "address")
    add_compile_options(-fsanitize=fuzzer-no-link)
  endif()
endif()
