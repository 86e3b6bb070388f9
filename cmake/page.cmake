# The inspector's page: built from inspector-ui/ by Node and npm, and put into the program as a C
# table.  All build folders share one build of it, which is made anew when its files change.
set(HOOKLINE_PAGE AUTO CACHE STRING
  "build the inspector's page: ON, OFF, or AUTO (if Node >= 18 and npm are there)")
set_property(CACHE HOOKLINE_PAGE PROPERTY STRINGS AUTO ON OFF)

# hookline_page_tools(FOUND): may it be built here?
function(hookline_page_tools found)
  set(${found} FALSE PARENT_SCOPE)
  if(HOOKLINE_PAGE STREQUAL "OFF" OR NOT EXISTS ${PROJECT_SOURCE_DIR}/inspector-ui/package.json)
    return()
  endif()
  find_program(HOOKLINE_NODE NAMES node nodejs)
  find_program(HOOKLINE_NPM npm)
  if(HOOKLINE_NODE AND HOOKLINE_NPM)
    execute_process(COMMAND ${HOOKLINE_NODE} --version OUTPUT_VARIABLE version
      OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    string(REGEX REPLACE "^v" "" version "${version}")
    if(version VERSION_GREATER_EQUAL 18)
      set(${found} TRUE PARENT_SCOPE)
    endif()
  endif()
endfunction()

# hookline_page(TARGET): adds the table to this library.
function(hookline_page target)
  set(table ${CMAKE_BINARY_DIR}/inspector_page_table.c)
  hookline_page_tools(has_tools)
  if(NOT has_tools AND HOOKLINE_PAGE STREQUAL "ON")
    message(FATAL_ERROR "HOOKLINE_PAGE is ON: it needs inspector-ui/, Node >= 18 and npm")
  endif()
  if(has_tools)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/inspector-ui/src/*
      ${PROJECT_SOURCE_DIR}/inspector-ui/public/*)
    file(GLOB settings CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/inspector-ui/*.json
      ${PROJECT_SOURCE_DIR}/inspector-ui/*.html ${PROJECT_SOURCE_DIR}/inspector-ui/*.ts
      ${PROJECT_SOURCE_DIR}/inspector-ui/*.js)
    set(script ${PROJECT_SOURCE_DIR}/cmake/embed_page.mjs)
    add_custom_command(OUTPUT ${table} VERBATIM
      COMMAND ${HOOKLINE_NODE} ${script} --page ${PROJECT_SOURCE_DIR}/inspector-ui
        --also ${PROJECT_SOURCE_DIR}/docs/inspector-api.yaml
        --store ${PROJECT_SOURCE_DIR}/build/page --npm ${HOOKLINE_NPM} --out ${table}
        --need ${HOOKLINE_PAGE}
      DEPENDS ${sources} ${settings} ${script} ${PROJECT_SOURCE_DIR}/docs/inspector-api.yaml
      COMMENT "The inspector's page")
  else()
    message(STATUS "The program is built without the inspector's page (HOOKLINE_PAGE=${HOOKLINE_PAGE})")
    file(CONFIGURE OUTPUT ${table} CONTENT [[
#include "relay-client/inspector/inspector_page.h"

const struct inspector_page_file inspector_page_files[] = {{0}};
]] @ONLY)
  endif()
  target_sources(${target} PRIVATE ${table})
endfunction()
