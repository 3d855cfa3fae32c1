# third::torch: LibTorch's CPU half straight from the unpacked PyPI wheel. Its own CMake package wants a CUDA toolkit.
if(UNSTUCK_TORCH_VARIANT STREQUAL "cuda")
  set(UNSTUCK_TORCH_ROOT ${UNSTUCK_DEPS}/torch-2.11.0-cuda)
else()
  set(UNSTUCK_TORCH_ROOT ${UNSTUCK_DEPS}/torch-2.11.0)
endif()
set(UNSTUCK_TORCH_LIB ${UNSTUCK_TORCH_ROOT}/torch/lib)
set(UNSTUCK_TORCH_ROOT ${UNSTUCK_TORCH_ROOT} PARENT_SCOPE)

file(READ ${UNSTUCK_TORCH_ROOT}/torch/version.py _version)
if(NOT _version MATCHES "__version__ = '2\\.11\\.0")
  message(FATAL_ERROR "${UNSTUCK_TORCH_ROOT} does not hold LibTorch 2.11.0: delete that folder and configure again")
endif()

foreach(lib c10 torch_cpu)
  add_library(third_${lib} SHARED IMPORTED GLOBAL)
  set_target_properties(third_${lib} PROPERTIES IMPORTED_LOCATION ${UNSTUCK_TORCH_LIB}/lib${lib}.so)
endforeach()
add_library(third_torch INTERFACE)
target_include_directories(third_torch SYSTEM INTERFACE ${UNSTUCK_TORCH_ROOT}/torch/include)
target_link_libraries(third_torch INTERFACE third_torch_cpu third_c10)
# libcudart and libcupti are found through the wheel's own RPATH at run time; the linker's check needs to be told.
target_link_options(third_torch INTERFACE "LINKER:-rpath-link,${UNSTUCK_TORCH_ROOT}/nvidia/cu13/lib"
                    "LINKER:-rpath-link,${UNSTUCK_TORCH_LIB}")
add_library(third::torch ALIAS third_torch)

# third::torch_cuda: LibTorch's CUDA half, for the module that is opened at run time alone.
if(UNSTUCK_TORCH_VARIANT STREQUAL "cuda")
  foreach(lib c10_cuda torch_cuda)
    add_library(third_${lib} SHARED IMPORTED GLOBAL)
    set_target_properties(third_${lib} PROPERTIES IMPORTED_LOCATION ${UNSTUCK_TORCH_LIB}/lib${lib}.so)
  endforeach()
  add_library(third_torch_cuda_half INTERFACE)
  target_link_libraries(third_torch_cuda_half INTERFACE third_torch_cuda third_c10_cuda third_torch)
  # Nothing of ours names the symbols that register its kernels: the linker must keep it all the same.
  target_link_options(third_torch_cuda_half INTERFACE LINKER:--no-as-needed)
  add_library(third::torch_cuda ALIAS third_torch_cuda_half)
endif()

# third::cudart: the CUDA runtime that LibTorch loads, so that there is one in the process. Its headers come with nvcc.
add_library(third_cudart SHARED IMPORTED GLOBAL)
set_target_properties(third_cudart PROPERTIES IMPORTED_LOCATION ${UNSTUCK_TORCH_ROOT}/nvidia/cu13/lib/libcudart.so.13)
add_library(third::cudart ALIAS third_cudart)

# LibTorch's own OpenMP runtime: a second one would start threads of its own.
add_library(third_gomp SHARED IMPORTED GLOBAL)
set_target_properties(third_gomp PROPERTIES IMPORTED_LOCATION ${UNSTUCK_TORCH_LIB}/libgomp.so.1)
add_library(third::gomp ALIAS third_gomp)
