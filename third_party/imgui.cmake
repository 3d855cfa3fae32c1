# third::imgui, third::implot and their _te twins (with the test engine: for tests only, never in the shipped program),
# third::glfw, third::glad, third::pfd. Sources: PyPI's imgui-bundle archive and the glad2 generator.
set(_external ${UNSTUCK_DEPS}/imgui-bundle-1.93.0/external)
set(_imgui ${_external}/imgui/imgui)
set(_implot ${_external}/implot/implot)
set(_engine ${_external}/imgui_test_engine/imgui_test_engine)

foreach(_option GLFW_BUILD_DOCS GLFW_BUILD_TESTS GLFW_BUILD_EXAMPLES GLFW_INSTALL)
  set(${_option} OFF CACHE BOOL "" FORCE)
endforeach()
set(GLFW_LIBRARY_TYPE STATIC)
add_subdirectory(${_external}/glfw/glfw ${CMAKE_CURRENT_BINARY_DIR}/glfw EXCLUDE_FROM_ALL)
third_wrap(glfw glfw)
target_compile_definitions(third_glfw INTERFACE GLFW_INCLUDE_NONE)

set(_glad ${CMAKE_CURRENT_BINARY_DIR}/glad)
if(NOT EXISTS ${_glad}/src/gl.c)
  execute_process(COMMAND ${UNSTUCK_DEPS}/venv/bin/glad --reproducible --quiet --api gl:core=3.3 --extensions GL_KHR_debug
                  --out-path ${_glad} c COMMAND_ERROR_IS_FATAL ANY)
endif()
add_library(third_glad STATIC ${_glad}/src/gl.c)
target_include_directories(third_glad SYSTEM PUBLIC ${_glad}/include)
add_library(third::glad ALIAS third_glad)

add_library(third_pfd INTERFACE)
target_include_directories(third_pfd SYSTEM INTERFACE ${_external}/portable_file_dialogs/portable_file_dialogs)
add_library(third::pfd ALIAS third_pfd)

function(third_imgui_variant suffix)
  add_library(third_imgui${suffix} STATIC EXCLUDE_FROM_ALL
    ${_imgui}/imgui.cpp ${_imgui}/imgui_draw.cpp ${_imgui}/imgui_tables.cpp ${_imgui}/imgui_widgets.cpp
    ${_imgui}/imgui_demo.cpp ${_imgui}/imgui_stacklayout.cpp ${_imgui}/misc/cpp/imgui_stdlib.cpp
    ${_imgui}/backends/imgui_impl_glfw.cpp ${_imgui}/backends/imgui_impl_opengl3.cpp)
  target_include_directories(third_imgui${suffix} SYSTEM PUBLIC ${_imgui} ${_imgui}/backends ${_imgui}/misc/cpp)
  target_link_libraries(third_imgui${suffix} PUBLIC third_glfw ${CMAKE_DL_LIBS})
  target_compile_options(third_imgui${suffix} PRIVATE -w)
  target_compile_definitions(third_imgui${suffix} PUBLIC IMGUI_DISABLE_OBSOLETE_FUNCTIONS ${ARGN})
  add_library(third::imgui${suffix} ALIAS third_imgui${suffix})

  # All numeric types at -O3 would take minutes to compile; we plot floats and doubles.
  add_library(third_implot${suffix} STATIC EXCLUDE_FROM_ALL ${_implot}/implot.cpp ${_implot}/implot_items.cpp)
  target_include_directories(third_implot${suffix} SYSTEM PUBLIC ${_implot})
  target_link_libraries(third_implot${suffix} PUBLIC third_imgui${suffix})
  target_compile_options(third_implot${suffix} PRIVATE -w -O1)
  target_compile_definitions(third_implot${suffix} PRIVATE "IMPLOT_CUSTOM_NUMERIC_TYPES=(float)(double)")
  add_library(third::implot${suffix} ALIAS third_implot${suffix})
endfunction()

third_imgui_variant("")
if(UNSTUCK_TESTS)
  third_imgui_variant(_te IMGUI_ENABLE_TEST_ENGINE IMGUI_TEST_ENGINE_ENABLE_COROUTINE_STDTHREAD_IMPL=1
                      IMGUI_TEST_ENGINE_ENABLE_IMPLOT=0 IMGUI_TEST_ENGINE_ENABLE_CAPTURE=1)
  file(GLOB _engine_sources ${_engine}/imgui_test_engine/*.cpp)
  list(FILTER _engine_sources EXCLUDE REGEX python_gil)
  target_sources(third_imgui_te PRIVATE ${_engine_sources})
  target_include_directories(third_imgui_te SYSTEM PUBLIC ${_engine} ${_engine}/imgui_test_engine)
  target_link_libraries(third_imgui_te PUBLIC Threads::Threads)
endif()
