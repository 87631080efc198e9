# The warnings that every target of the project is held to.
option(RCN_WERROR "Treat warnings as errors" ON)

function(rcn_set_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wpointer-arith -Wstrict-prototypes
    -Wmissing-prototypes -Wold-style-definition -Wvla -Wformat=2 -Wundef -Wcast-qual
    -Wwrite-strings -Wimplicit-fallthrough -Wnull-dereference -Wdouble-promotion)
  if(RCN_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()
