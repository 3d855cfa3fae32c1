"""The table of tests/gpu/run: reads the status, log and JSON files in a folder; exit status 1 when anything failed."""
import json
import pathlib
import sys

# Frames per second on an H100-class card that are worth claiming; the largest layers' share of the nearer roof; the time that
# interop may add.
FRAME_RATES = {"bench-t-1024": 180, "bench-r-1024": 90, "bench-t-256": 600}
LARGE_LAYERS, LEAST_SHARE_OF_ROOF, MOST_INTEROP_MS = 4, 0.6, 0.3


def rows(folder):
    for status in sorted(folder.glob("*.status")):
        name, code = status.stem, status.read_text().strip()
        if code == "skipped":
            yield name, "", "", (folder / f"{name}.log").read_text().strip(), True
            continue
        yield name, code, "exit status", "0", code == "0"
        result = folder / f"{name}.json"
        if code == "0" and result.exists():
            yield from results(name, json.loads(result.read_text()))


def results(name, r):
    if name.startswith("bench-"):
        model = r["models"][0]
        rate = 1e3 / r["frame_ms"]
        target = FRAME_RATES.get(name)
        yield name, f"{r['frame_ms']:.2f}", "ms a frame", "", True
        yield name, f"{rate:.0f}", "frames/s", f">= {target}" if target else "", rate >= (target or 0)
        yield name, "yes" if model["by_graph"] else model["graph_failure"], "CUDA graph", "yes", model["by_graph"]
        yield name, str(model["not_finite"]), "NaN or infinite", "0", model["not_finite"] == 0
    elif name == "filters":
        yield from filters(r)
    elif name == "texture":
        for way in ("interop", "copy"):
            t = r[way]
            yield f"texture by {way}", f"{t['median_ms']:.3f}", "ms", f"by {way}", t["path"] == way
        added = r["interop"]["median_ms"]
        yield "interop", f"{added:.3f}", "ms", f"< {MOST_INTEROP_MS}", added < MOST_INTEROP_MS


def filters(r):
    yield "device copy", f"{r['copy_gb_per_s']:.0f}", "GB/s", "", True
    for network in ("T-1024", "R-1024"):
        layers = r[network]["layers"]
        large = sorted(layers, key=lambda l: l["ms"])[-LARGE_LAYERS:]
        for layer in layers:
            share = layer["floor_ms"] / layer["ms"]
            asked = network == "T-1024" and layer in large
            yield (f"{network} {layer['layer']}", f"{layer['ms'] * 1e3:.1f} us, {share:.2f}", "of the nearer roof",
                   f">= {LEAST_SHARE_OF_ROOF}" if asked else "",
                   layer["right"] and (not asked or share >= LEAST_SHARE_OF_ROOF))
        yield f"{network} filters", f"{r[network]['ms']:.3f}", "ms", f"floor {r[network]['floor_ms']:.3f}", True


def main():
    table = list(rows(pathlib.Path(sys.argv[1])))
    for name, value, unit, target, ok in table:
        print(f"{name:26} {value:>20} {unit:20} {target:22} {'ok' if ok else 'FAIL'}")
    failed = sum(not row[-1] for row in table)
    print(f"{len(table) - failed} ok, {failed} failed")
    return 1 if failed or not table else 0


if __name__ == "__main__":
    sys.exit(main())
