# How our own code is compiled: all warnings, no exceptions.
include(CheckPIESupported)
check_pie_supported()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

add_compile_definitions(_GNU_SOURCE HOOKLINE_VERSION="${PROJECT_VERSION}")
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes
  -Wmissing-prototypes -Wcast-qual -Wwrite-strings -Wundef -Wvla -Wformat=2
  -Wimplicit-fallthrough -Werror -fno-common -fno-omit-frame-pointer)

set(CMAKE_C_FLAGS_DEBUG "-O1 -g")
set(CMAKE_C_FLAGS_RELEASE "-O2 -g1") # asserts stay: stopping is safe, going on wrongly is not
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong)
  if(NOT APPLE)
    add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)
  endif()
endif()

if(HOOKLINE_SANITIZE)
  add_compile_options(-fsanitize=${HOOKLINE_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${HOOKLINE_SANITIZE})
endif()
if(HOOKLINE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(HOOKLINE_COVERAGE)
  add_compile_options(--coverage -fprofile-update=atomic)
  add_link_options(--coverage)
endif()
