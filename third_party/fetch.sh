#!/usr/bin/env bash
# Fetches what no Linux distribution packages, pinned by version and sha256, into one folder that all clones share.
# usage: fetch.sh FOLDER [cpu|cuda] [nvcc]
#   FOLDER/torch-2.11.0[-cuda]/{torch,nvidia}   LibTorch from the PyPI wheel: headers and shared libraries, no Python
#   FOLDER/imgui-bundle-1.93.0/                 Dear ImGui, ImPlot, test engine, GLFW, portable-file-dialogs
#   FOLDER/venv/bin/glad                        the OpenGL loader generator
#   FOLDER/cuda-13.0.88/bin/nvcc                with "nvcc": the CUDA compiler, its headers and runtime
# A step is done when its folder exists: each is unpacked under a temporary name and renamed, so that an interrupted run
# leaves nothing that a later one could mistake for a finished step.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
deps=${1:?usage: fetch.sh FOLDER [cpu|cuda] [nvcc]}
variant=${2:-cpu}
with=${3:-}
mkdir -p "$deps"
deps=$(cd "$deps" && pwd)
exec 9>"$deps/.lock"
flock 9

tmp=
cleanup() { [ -z "$tmp" ] || rm -rf "$tmp"; }
trap cleanup EXIT
say() { printf 'unstuck: %s\n' "$*" >&2; }
new_tmp() { cleanup; tmp=$(mktemp -d "$deps/.tmp.XXXXXX"); }

need_venv() {
    [ -e "$deps/venv/.complete" ] && return
    say "making a Python environment for pip and glad (only used while building)"
    rm -rf "$deps/venv"
    python3 -m venv "$deps/venv"
    "$deps/venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary=:all: \
        -r "$here/requirements-glad.txt"
    touch "$deps/venv/.complete"
}

# One set of tags for every machine, so that one hash pins each wheel whatever Python happens to be installed.
download_wheels() {
    local tags=() tag
    for tag in manylinux_2_28 manylinux_2_27 manylinux_2_25 manylinux_2_24 manylinux_2_18 manylinux_2_17 manylinux_2_12 \
        manylinux2014 manylinux2010 manylinux1; do
        tags+=(--platform "${tag}_x86_64")
    done
    "$deps/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary=:all: \
        --python-version 3.11 --implementation cp --abi cp311 --abi none "${tags[@]}" --platform any -d "$tmp/wheels" -r "$1"
}

fetch_torch() {
    local dir=$deps/torch-2.11.0$1 list=$2
    [ -d "$dir" ] && return
    need_venv
    say "downloading LibTorch 2.11.0 ($3)"
    new_tmp
    download_wheels "$list"
    "$deps/venv/bin/python" "$here/unpack_wheels.py" "$tmp/wheels" "$tmp/out" "${1:+cuda}"
    mv "$tmp/out" "$dir"
}

fetch_nvcc() {
    local dir=$deps/cuda-13.0.88
    [ -d "$dir" ] && return
    need_venv
    say "downloading the CUDA compiler 13.0.88 (104 MB)"
    new_tmp
    download_wheels "$here/requirements-nvcc.txt"
    "$deps/venv/bin/python" "$here/unpack_wheels.py" "$tmp/wheels" "$tmp/out" nvcc
    mv "$tmp/out" "$dir"
}

fetch_imgui() {
    local dir=$deps/imgui-bundle-1.93.0
    [ -d "$dir" ] && return
    need_venv
    say "downloading Dear ImGui, ImPlot and GLFW sources (54 MB)"
    new_tmp
    "$deps/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --require-hashes --no-binary imgui-bundle \
        -d "$tmp/sdist" -r "$here/requirements-imgui.txt"
    mkdir "$tmp/out"
    tar -xzf "$tmp"/sdist/imgui_bundle-*.tar.gz -C "$tmp/out" --strip-components=1 --wildcards \
        '*/external/imgui/*' '*/external/implot/*' '*/external/imgui_test_engine/*' '*/external/glfw/*' \
        '*/external/portable_file_dialogs/*' '*/LICENSE*'
    mv "$tmp/out" "$dir"
}

need_venv
if [ "$variant" = cuda ]; then
    fetch_torch -cuda "$here/requirements-torch-cuda.txt" "with its CUDA libraries, 2.6 GB"
else
    fetch_torch "" "$here/requirements-torch.txt" "531 MB, and 13 MB of CUDA runtime that it needs to load"
fi
fetch_imgui
if [ "$with" = nvcc ]; then fetch_nvcc; fi
