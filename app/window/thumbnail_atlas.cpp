#include "app/window/thumbnail_atlas.hpp"

#include <algorithm>
#include <cmath>

namespace unstuck::app {

namespace {

using Texels = std::vector<std::uint8_t>; // RGBA

/// The picture in the slot's upper left corner, its edges repeated to the slot's: smaller levels mix nothing else in.
Texels level_zero(const engine::Raster& picture, int side) {
    Texels out(static_cast<std::size_t>(side) * side * 4);
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x) {
            const auto from = (static_cast<std::size_t>(std::min(y, picture.height - 1)) * picture.width +
                               std::min(x, picture.width - 1)) *
                              3;
            auto* to = out.data() + (static_cast<std::size_t>(y) * side + x) * 4;
            for (std::size_t c = 0; c < 3; ++c) to[c] = picture.rgb[from + c];
            to[3] = 255;
        }
    return out;
}

Texels halved(const Texels& from, int side) {
    const int half = side / 2;
    Texels out(static_cast<std::size_t>(half) * half * 4);
    for (int y = 0; y < half; ++y)
        for (int x = 0; x < half; ++x)
            for (std::size_t c = 0; c < 4; ++c) {
                const auto at = [&](int i, int j) {
                    return from[(static_cast<std::size_t>(2 * y + j) * side + 2 * x + i) * 4 + c];
                };
                out[(static_cast<std::size_t>(y) * half + x) * 4 + c] =
                    static_cast<std::uint8_t>((at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1) + 2) / 4);
            }
    return out;
}

GlTexture make_page() {
    auto texture = GlTexture::make();
    glBindTexture(GL_TEXTURE_2D, texture.id());
    set_texture_filters(GL_LINEAR_MIPMAP_LINEAR, GL_LINEAR);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAX_LEVEL, ThumbnailAtlas::kLevels - 1);
    for (int level = 0; level < ThumbnailAtlas::kLevels; ++level)
        glTexImage2D(GL_TEXTURE_2D, level, GL_RGBA8, ThumbnailAtlas::kPageSide >> level,
                     ThumbnailAtlas::kPageSide >> level, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
    return texture;
}

int slot_side_of(const engine::Raster& picture) {
    int side = 1 << (ThumbnailAtlas::kLevels - 1);
    while (side < std::max(picture.width, picture.height)) side *= 2;
    return side;
}

} // namespace

void ThumbnailAtlas::begin_frame(int most_uploads) {
    ++frame_;
    uploads_left_ = most_uploads;
    waiting_ = false;
}

void ThumbnailAtlas::clear() {
    pages_.clear();
    places_.clear();
}

std::optional<ThumbnailAtlas::Place> ThumbnailAtlas::room_for(int side) {
    std::optional<Place> oldest;
    std::uint64_t oldest_frame = frame_; // what this frame drew stays
    for (std::size_t p = 0; p < pages_.size(); ++p) {
        const auto& page = pages_[p];
        if (page.slot_side != side) continue;
        for (std::size_t s = 0; s < page.slots.size(); ++s) {
            if (!page.slots[s]) return Place{p, s};
            if (page.drawn[s] < oldest_frame) oldest = Place{p, s}, oldest_frame = page.drawn[s];
        }
    }
    if (pages_.size() < kMostPages) {
        const auto per_line = static_cast<std::size_t>(kPageSide / side);
        Page page{make_page(), side, {}, {}};
        page.slots.resize(per_line * per_line);
        page.drawn.resize(per_line * per_line);
        pages_.push_back(std::move(page));
        return Place{pages_.size() - 1, 0};
    }
    if (!oldest) return std::nullopt;
    auto& slot = pages_[oldest->page].slots[oldest->slot];
    places_.erase(slot.get());
    slot = nullptr;
    return oldest;
}

void ThumbnailAtlas::upload(const Place& place, const engine::Raster& picture) {
    const auto& page = pages_[place.page];
    const int side = page.slot_side, per_line = kPageSide / side, slot = static_cast<int>(place.slot);
    const int x = slot % per_line * side, y = slot / per_line * side;
    auto texels = level_zero(picture, side);
    glBindTexture(GL_TEXTURE_2D, page.texture.id());
    glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
    for (int level = 0; level < kLevels; ++level) {
        glTexSubImage2D(GL_TEXTURE_2D, level, x >> level, y >> level, side >> level, side >> level, GL_RGBA,
                        GL_UNSIGNED_BYTE, texels.data());
        texels = halved(texels, side >> level);
    }
}

std::optional<ThumbnailAtlas::Spot> ThumbnailAtlas::spot(const std::shared_ptr<const engine::Raster>& picture,
                                                         double pixels) {
    if (!picture || picture->width <= 0 || picture->height <= 0) return std::nullopt;
    const int side = slot_side_of(*picture);
    if (side > kPageSide) return std::nullopt;
    auto found = places_.find(picture.get());
    if (found == places_.end()) {
        if (uploads_left_ <= 0) {
            waiting_ = true;
            return std::nullopt;
        }
        const auto place = room_for(side);
        if (!place) return std::nullopt;
        --uploads_left_;
        upload(*place, *picture);
        pages_[place->page].slots[place->slot] = picture;
        found = places_.emplace(picture.get(), *place).first;
    }
    auto& page = pages_[found->second.page];
    page.drawn[found->second.slot] = frame_;
    const int per_line = kPageSide / side, slot = static_cast<int>(found->second.slot);
    const double level = std::clamp(std::ceil(std::log2(picture->width / std::max(pixels, 1.0))), 0.0, kLevels - 1.0);
    const double inset = 0.5 * std::exp2(level);
    const auto coordinate = [](double texel) { return static_cast<float>(texel / kPageSide); };
    const double x = slot % per_line * side, y = slot / per_line * side;
    return Spot{page.texture.id(),
                {coordinate(x + inset), coordinate(y + inset), coordinate(x + picture->width - inset),
                 coordinate(y + picture->height - inset)}};
}

} // namespace unstuck::app
