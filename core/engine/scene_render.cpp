#include "core/engine/scene_render.hpp"

#include "core/engine/frame_renderer.hpp"
#include "core/io/error.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <stdexcept>

namespace unstuck::engine {

Image render_picture(const PictureRequest& request) {
    const auto& source = request.scene.model[index(request.side)];
    if (source.empty())
        throw std::invalid_argument(std::string("the scene has no model ") + (request.side == Side::a ? "A" : "B"));
    if (request.threads > 0) at::set_num_threads(request.threads);
    auto loaded = load_model(source, {}, {model::Arithmetic::fast, compute_target(request.device)});
    const auto info = loaded.info;
    FrameRenderer renderer(std::move(loaded));
    auto asked = make_request(request.scene, request.side, *info);
    asked.want_capture = asked.want_spectrum = false;
    const auto frame = renderer.render(asked);
    if (!frame || !frame->error.empty()) throw io::FileError(source, frame ? frame->error : "rendering was abandoned");
    return on_host(frame->image); // a GPU's numbers go with the renderer
}

} // namespace unstuck::engine
