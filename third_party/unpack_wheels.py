"""Unpacks wheels into OUT, leaving out what a C++ program never loads. usage: unpack_wheels.py WHEELS OUT [cuda|nvcc]

Without "cuda" the CUDA half of LibTorch (0.5 GB) stays out too: the CPU library loads without it. "nvcc" makes a CUDA
toolkit of its parts: OUT/{bin,include,lib,lib64,nvvm}.
"""
import pathlib
import sys
import zipfile

PYTHON_ONLY = ("libtorch_python", "libshm", "libcaffe2_nvrtc")
CUDA_ONLY = ("libtorch_cuda", "libc10_cuda", "libtorch_nvshmem")
TOOLKIT = "nvidia/cu13/"  # where the wheels of CUDA 13 keep it


def is_licence(path: pathlib.PurePosixPath) -> bool:
    return "dist-info" in path.parts[0] and path.name.upper().startswith(("LICENSE", "NOTICE"))


def wanted(name: str, with_cuda: bool) -> bool:
    path = pathlib.PurePosixPath(name)
    if "dist-info" in path.parts[0]:
        return is_licence(path)
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


def unpack_toolkit(archive: zipfile.ZipFile, out: pathlib.Path) -> None:
    for entry in archive.infolist():
        name = entry.filename
        path = pathlib.PurePosixPath(name)
        if name.endswith("/") or not (is_licence(path) or (name.startswith(TOOLKIT) and ".metadata" not in path.parts)):
            continue
        entry.filename = name.removeprefix(TOOLKIT)
        unpacked = archive.extract(entry, out)
        if "bin" in path.parts[:-1]:
            pathlib.Path(unpacked).chmod(0o755)  # zipfile forgets it


def link_toolkit(out: pathlib.Path) -> None:
    """The names by which nvcc and linkers look for what the wheels hold."""
    (out / "lib64").symlink_to("lib")
    (out / "lib" / "libcudart.so").symlink_to("libcudart.so.13")


def main() -> None:
    wheels, out, what = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), "".join(sys.argv[3:])
    for wheel in sorted(wheels.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            if what == "nvcc":
                unpack_toolkit(archive, out)
            else:
                names = (n for n in archive.namelist() if not n.endswith("/"))
                archive.extractall(out, [n for n in names if wanted(n, what == "cuda")])
    if what == "nvcc":
        link_toolkit(out)


main()
