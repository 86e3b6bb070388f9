# Folders become libraries. New files are found by themselves; a folder without .c files is legal.

# hookline_library(TARGET SOURCES...): static, or header-only when there is nothing to compile.
function(hookline_library target)
  if(ARGN)
    add_library(${target} STATIC ${ARGN})
    set(scope PUBLIC)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${target} ${scope}
    ${PROJECT_SOURCE_DIR}/relay-core ${PROJECT_SOURCE_DIR})
  set(scope ${scope} PARENT_SCOPE)
endfunction()

# hookline_layer(NAME [LAYERS...] [LIBRARIES ...]): relay-core/NAME as hookline_NAME.
function(hookline_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LIBRARIES")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/relay-core/${name}/*.c)
  hookline_library(hookline_${name} ${sources})
  list(TRANSFORM arg_UNPARSED_ARGUMENTS PREPEND hookline_ OUTPUT_VARIABLE layers)
  target_link_libraries(hookline_${name} ${scope} ${layers} ${arg_LIBRARIES})
  set_property(GLOBAL APPEND PROPERTY HOOKLINE_LIBRARIES hookline_${name})
endfunction()

# hookline_program(NAME FOLDER): FOLDER/main.c as program NAME; all its other files as the library
# hookline_FOLDER (with underscores), which the tests link too.
function(hookline_program name folder)
  string(REPLACE "-" "_" library hookline_${folder})
  get_property(layers GLOBAL PROPERTY HOOKLINE_LIBRARIES)
  list(FILTER layers EXCLUDE REGEX "hookline_relay_")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.c)
  list(REMOVE_ITEM sources ${PROJECT_SOURCE_DIR}/${folder}/main.c)
  hookline_library(${library} ${sources})
  target_link_libraries(${library} ${scope} ${layers})
  set_property(GLOBAL APPEND PROPERTY HOOKLINE_LIBRARIES ${library})

  file(GLOB main CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/main.c)
  if(main)
    add_executable(${name} ${main})
    target_link_libraries(${name} PRIVATE ${library})
    install(TARGETS ${name})
    # The man page is printed by the program itself, out of the tables that drive its options.
    add_custom_command(OUTPUT ${name}.1 DEPENDS ${name} VERBATIM
      COMMAND sh -c "$<TARGET_FILE:${name}> __man > ${name}.1")
    add_custom_target(${name}-man ALL DEPENDS ${name}.1)
    install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${name}.1 TYPE MAN RENAME man1/${name}.1)
  endif()
endfunction()
