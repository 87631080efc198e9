# Turns schemas/*.schema.json into one C file, so that the binary carries them.
# Declared in src/data/embedded.h.
function(rcn_embed_schemas out_variable folder)
  file(GLOB schemas CONFIGURE_DEPENDS ${folder}/*.schema.json)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/embedded_schemas.c)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} "-DSCHEMAS=${schemas}"
            -P ${CMAKE_SOURCE_DIR}/cmake/EmbedFiles.cmake
    DEPENDS ${schemas} ${CMAKE_SOURCE_DIR}/cmake/EmbedFiles.cmake
    VERBATIM)
  set(${out_variable} ${output} PARENT_SCOPE)
endfunction()
