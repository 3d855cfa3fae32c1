# Sourced by ./run and ./test: finds out what is missing, installs it, configures and builds.
# Needs bash; knows Debian and Ubuntu. Settings from the environment:
#   UNSTUCK_CUDA=on|off|auto   the CUDA part of LibTorch (2.6 GB), and nvcc (0.1 GB) where the PATH has none of CUDA 13.0:
#                              auto takes them when an NVIDIA driver is present
#   UNSTUCK_DEPS=FOLDER        where fetched dependencies are kept (default: ~/.cache/unstuck)

unstuck_say() { printf 'unstuck: %s\n' "$*" >&2; }

unstuck_die() {
    unstuck_say "$*"
    exit 1
}

unstuck_build_packages=(
    g++ make cmake ninja-build ccache pkg-config python3 python3-venv ca-certificates
    libgl-dev libegl-dev libegl1 libgl1-mesa-dri
    libx11-dev libxrandr-dev libxinerama-dev libxcursor-dev libxi-dev libxkbcommon-dev libwayland-dev wayland-protocols
    libglm-dev libstb-dev nlohmann-json3-dev libcli11-dev libspdlog-dev libfmt-dev libhwy-dev
    ffmpeg)
unstuck_test_packages=(libgtest-dev libbenchmark-dev xvfb xauth)

# Prints the packages of its arguments that are not installed.
unstuck_missing() {
    local name
    for name in "$@"; do
        dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || printf '%s ' "$name"
    done
}

unstuck_install() {
    local missing as_root=()
    command -v dpkg-query >/dev/null || unstuck_die "this set-up knows Debian and Ubuntu; elsewhere install by your own means: $*"
    missing=$(unstuck_missing "$@")
    [ -z "$missing" ] && return
    unstuck_say "these packages are needed to build and are not installed: $missing"
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || unstuck_die "run this as root, then start again: apt-get update && apt-get install -y --no-install-recommends $missing"
        as_root=(sudo)
    fi
    unstuck_say "installing them with apt-get"
    "${as_root[@]}" apt-get update -qq
    # shellcheck disable=SC2086
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null ||
        unstuck_die "apt-get could not install them; see its message above"
}

# /dev/dxg is the GPU under Windows' Subsystem for Linux.
unstuck_has_driver() { [ -e /proc/driver/nvidia/version ] || [ -e /dev/nvidiactl ] || [ -e /dev/dxg ]; }

# cpu or cuda, as UNSTUCK_CUDA asks and the machine allows.
unstuck_variant() {
    case "${UNSTUCK_CUDA:-auto}" in
    on) echo cuda ;;
    off) echo cpu ;;
    auto) if unstuck_has_driver; then echo cuda; else echo cpu; fi ;;
    *) unstuck_die "UNSTUCK_CUDA is '${UNSTUCK_CUDA}'; expected on, off or auto" ;;
    esac
}

# Where fetched dependencies are kept.
unstuck_deps() {
    if [ -n "${UNSTUCK_DEPS:-}" ]; then echo "$UNSTUCK_DEPS"
    elif [ -n "${XDG_CACHE_HOME:-}" ]; then echo "$XDG_CACHE_HOME/unstuck"
    elif [ -n "${HOME:-}" ]; then echo "$HOME/.cache/unstuck"
    else echo "$PWD/.deps"; fi
}

# True when nothing of what was fetched has been deleted since.
unstuck_fetched() {
    local deps torch=torch-2.11.0
    deps=$(unstuck_deps)
    [ "$1" = cuda ] && torch=torch-2.11.0-cuda
    grep -qs "^CMAKE_CUDA_COMPILER:.*=$deps/cuda-" build/release/CMakeCache.txt && ! [ -e "$deps/cuda-13.0.88/bin/nvcc" ] && return 1
    [ -e "$deps/$torch/torch/version.py" ] && [ -d "$deps/imgui-bundle-1.93.0" ] && [ -e "$deps/venv/.complete" ]
}

# unstuck_build TESTS(ON|OFF) TARGET...
unstuck_build() {
    local tests=$1 build=build/release variant log stamp
    shift
    variant=$(unstuck_variant)
    log=$build/setup.log
    mkdir -p "$build"
    stamp="$tests $variant ${UNSTUCK_CUDA:-auto} $(unstuck_deps) $(cat third_party/fetch.sh third_party/requirements-*.txt | cksum)"
    if [ ! -e "$build/build.ninja" ] || ! unstuck_fetched "$variant" || [ "$(cat "$build/setup.stamp" 2>/dev/null)" != "$stamp" ]; then
        unstuck_say "configuring"
        rm -f "$build/setup.stamp"
        cmake --preset release -DUNSTUCK_TESTS="$tests" -DUNSTUCK_TORCH_VARIANT="$variant" \
            -DUNSTUCK_CUDA="${UNSTUCK_CUDA:-auto}" -DUNSTUCK_DEPS="$(unstuck_deps)" >"$log" || {
            tail -n 40 "$log" >&2
            unstuck_die "the configuration failed; all of its output is in $log"
        }
        grep -h 'CUDA kernels:' "$log" >&2 || true
        echo "$stamp" >"$build/setup.stamp"
    fi
    # Ninja says what it does only while it does something.
    if ! cmake --build "$build" --target "$@" -- -n 2>/dev/null | grep -q 'no work to do'; then
        unstuck_say "building (a few minutes the first time)"
        cmake --build "$build" --target "$@" >"$log" 2>&1 || {
            grep -E 'error|FAILED|Error' -A 6 "$log" | head -n 60 >&2
            unstuck_die "the build failed; all of its output is in $log"
        }
    fi
}
