# Kernels and the module that is opened at run time: included where UNSTUCK_NVCC says what compiles them.
if(NOT CMAKE_CUDA_COMPILER)
  set(CMAKE_CUDA_COMPILER ${UNSTUCK_NVCC} CACHE FILEPATH "nvcc")
endif()
if(NOT CMAKE_CUDA_ARCHITECTURES)
  set(CMAKE_CUDA_ARCHITECTURES 75-real 80-real 86-real 89-real 90-real 100-real 120)
endif()
enable_language(CUDA)
message(STATUS "CUDA kernels: by ${CMAKE_CUDA_COMPILER}, LibTorch's half: ${UNSTUCK_TORCH_VARIANT}")
if(UNSTUCK_CCACHE)
  set(CMAKE_CUDA_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
endif()
# CMake before 3.25.2 does not know this nvcc's C++20 switch.
if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)
  set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)
  set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION -std=c++20)
endif()
# LibTorch brings the one CUDA runtime of the process: nvcc must not link its own.
set(CMAKE_CUDA_RUNTIME_LIBRARY None)

# "75 80 .. 120+PTX", for messages.
set(_architectures "")
foreach(_name ${CMAKE_CUDA_ARCHITECTURES})
  if(_name MATCHES "^([0-9]+)$")
    set(_name "${_name}+PTX")
  endif()
  string(REPLACE "-real" "" _name ${_name})
  string(REPLACE "-virtual" "PTX" _name ${_name})
  string(APPEND _architectures " ${_name}")
endforeach()
string(STRIP "${_architectures}" _architectures)

# Kernels and launchers: no LibTorch, so that nvcc is quick.
add_library(unstuck_cuda_kernels STATIC
  bias_act.cu channel_sums.cu filtered_lrelu.cu fourier_features.cu modulate_weights.cu pack_image.cu power_spectrum.cu surface_write.cu)
target_include_directories(unstuck_cuda_kernels PUBLIC ${PROJECT_SOURCE_DIR})
target_include_directories(unstuck_cuda_kernels SYSTEM INTERFACE ${CMAKE_CUDA_TOOLKIT_INCLUDE_DIRECTORIES})
target_link_libraries(unstuck_cuda_kernels PUBLIC unstuck_cuda_reference third::cudart)
target_compile_options(unstuck_cuda_kernels PRIVATE $<$<COMPILE_LANGUAGE:CUDA>:-Werror=all-warnings -Xcompiler=-Wall,-Wextra,-Werror>)
set_target_properties(unstuck_cuda_kernels PROPERTIES CXX_VISIBILITY_PRESET hidden CUDA_VISIBILITY_PRESET hidden)

# The module: the table, and what LibTorch's CUDA half is needed for. Without that half the glue is compiled all the same,
# against the headers, so that a machine without the 2.6 GB finds its mistakes.
add_library(unstuck_torch_glue OBJECT module/torch_glue.cpp)
target_link_libraries(unstuck_torch_glue PRIVATE unstuck_flags third::torch)
target_include_directories(unstuck_torch_glue SYSTEM PRIVATE ${CMAKE_CUDA_TOOLKIT_INCLUDE_DIRECTORIES})
set_target_properties(unstuck_torch_glue PROPERTIES CXX_VISIBILITY_PRESET hidden)

add_library(unstuck_cuda MODULE
  module/devices.cpp module/events.cpp module/memory.cpp module/opengl.cpp module/table.cpp)
target_link_libraries(unstuck_cuda PRIVATE unstuck_flags unstuck_cuda_kernels)
target_compile_definitions(unstuck_cuda PRIVATE UNSTUCK_CUDA_ARCHITECTURES="${_architectures}")
if(UNSTUCK_TORCH_VARIANT STREQUAL "cuda")
  target_sources(unstuck_cuda PRIVATE $<TARGET_OBJECTS:unstuck_torch_glue>)
  target_link_libraries(unstuck_cuda PRIVATE third::torch_cuda)
else()
  target_sources(unstuck_cuda PRIVATE module/no_torch.cpp)
endif()
set_target_properties(unstuck_cuda PROPERTIES CXX_VISIBILITY_PRESET hidden LINKER_LANGUAGE CXX
  LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin BUILD_RPATH "${UNSTUCK_TORCH_ROOT}/torch/lib;${UNSTUCK_TORCH_ROOT}/nvidia/cu13/lib")
