# Every library we link. scripts/setup puts mbedTLS (and llhttp where Debian's is too old) in .deps/.
include(FetchContent)

set(HOOKLINE_DEPS "${PROJECT_SOURCE_DIR}/.deps/usr" CACHE PATH "prefix filled by scripts/setup")
list(PREPEND CMAKE_PREFIX_PATH ${HOOKLINE_DEPS})

find_package(Threads REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(uv REQUIRED IMPORTED_TARGET libuv>=1.44)
pkg_check_modules(cjson REQUIRED IMPORTED_TARGET libcjson>=1.7.15)
pkg_check_modules(nghttp2 REQUIRED IMPORTED_TARGET libnghttp2>=1.52)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc>=2.5)

include(CheckSymbolExists)
set(CMAKE_REQUIRED_LIBRARIES PkgConfig::nghttp2)
check_symbol_exists(nghttp2_option_set_stream_reset_rate_limit nghttp2/nghttp2.h
  HOOKLINE_NGHTTP2_LIMITS_RESETS)
unset(CMAKE_REQUIRED_LIBRARIES)
if(HOOKLINE_NGHTTP2_LIMITS_RESETS)
  add_compile_definitions(HOOKLINE_NGHTTP2_LIMITS_RESETS)
endif()

# An installed llhttp states no version to CMake, and has a target only for each kind of library.
find_package(llhttp QUIET CONFIG)
if(TARGET llhttp::llhttp_static)
  set(llhttp llhttp::llhttp_static)
elseif(TARGET llhttp::llhttp_shared)
  set(llhttp llhttp::llhttp_shared)
else()
  message(FATAL_ERROR "llhttp is missing: run scripts/setup, or install llhttp >= 9.2 from source")
endif()
include(CheckCSourceCompiles)
set(CMAKE_REQUIRED_LIBRARIES ${llhttp})
check_c_source_compiles("
  #include <llhttp.h>
  _Static_assert(LLHTTP_VERSION_MAJOR == 9 && LLHTTP_VERSION_MINOR >= 2, \"too old\");
  int main(void) { return 0; }" HOOKLINE_LLHTTP_IS_9_2)
unset(CMAKE_REQUIRED_LIBRARIES)
if(NOT HOOKLINE_LLHTTP_IS_9_2)
  message(FATAL_ERROR "llhttp is not of version 9.2 or a later 9.x")
endif()

# mbedTLS is always built with our configuration, so a system's own package is never used: what
# scripts/setup built, else the upstream release. The archive, because a shared library outside the
# default path would not find its own parts.
find_package(MbedTLS 3.6.6 QUIET CONFIG PATHS ${HOOKLINE_DEPS} NO_DEFAULT_PATH)
if(NOT MbedTLS_FOUND)
  message(STATUS "mbedTLS is not in .deps/: building the upstream release")
  set(MBEDTLS_USER_CONFIG_FILE ${CMAKE_CURRENT_LIST_DIR}/hookline_mbedtls_config.h)
  set(MBEDTLS_FATAL_WARNINGS OFF)
  set(DISABLE_PACKAGE_CONFIG_AND_INSTALL ON)
  set(ENABLE_TESTING OFF)
  set(ENABLE_PROGRAMS OFF)
  # Let the variables above win over its options and cache entries.
  set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)
  set(CMAKE_POLICY_DEFAULT_CMP0126 NEW)
  FetchContent_Declare(mbedtls
    URL https://github.com/Mbed-TLS/mbedtls/releases/download/mbedtls-3.6.6/mbedtls-3.6.6.tar.bz2
    URL_HASH SHA256=8fb65fae8dcae5840f793c0a334860a411f884cc537ea290ce1c52bb64ca007a
    DOWNLOAD_EXTRACT_TIMESTAMP FALSE)
  FetchContent_MakeAvailable(mbedtls)
endif()
add_library(hookline_mbedtls INTERFACE)
target_link_libraries(hookline_mbedtls INTERFACE
  MbedTLS::mbedtls MbedTLS::mbedx509 MbedTLS::mbedcrypto Threads::Threads)
# Also when built here, its headers are not ours to warn about.
target_include_directories(hookline_mbedtls SYSTEM INTERFACE
  $<TARGET_PROPERTY:MbedTLS::mbedcrypto,INTERFACE_INCLUDE_DIRECTORIES>)
