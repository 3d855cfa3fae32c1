"""Unpacks wheels into OUT, leaving out what a C++ program never loads. usage: unpack_wheels.py WHEELS OUT [cuda]

Without "cuda" the CUDA half of LibTorch (0.5 GB) stays out too: the CPU library loads without it.
"""
import pathlib
import sys
import zipfile

wheels, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
with_cuda = sys.argv[3:] == ["cuda"]

PYTHON_ONLY = ("libtorch_python", "libshm", "libcaffe2_nvrtc")
CUDA_ONLY = ("libtorch_cuda", "libc10_cuda", "libtorch_nvshmem")


def wanted(name: str) -> bool:
    path = pathlib.PurePosixPath(name)
    if "dist-info" in path.parts[0]:
        return path.name.upper().startswith(("LICENSE", "NOTICE"))
    if path.parts[0] == "nvidia":
        return ".so" in path.name or "/include/" in name
    if path.parts[0] != "torch":
        return False
    if len(path.parts) == 2:
        return path.name == "version.py"
    if path.parts[1] == "include":
        return True
    if path.parts[1] != "lib" or not (".so" in path.name):
        return False
    return not path.name.startswith(PYTHON_ONLY) and (with_cuda or not path.name.startswith(CUDA_ONLY))


for wheel in sorted(wheels.glob("*.whl")):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(out, [n for n in archive.namelist() if not n.endswith("/") and wanted(n)])
