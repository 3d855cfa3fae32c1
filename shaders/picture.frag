#version 330 core
// One model's picture on its canvas: pan, zoom, exposure, channel gains, byte rounding as the saved PNG has it.
// Row 0 of the target is the canvas's top.
uniform sampler2D image;
uniform vec2 image_size;   // px
uniform vec2 canvas_size;  // px
uniform vec2 centre;       // image px at the canvas's centre
uniform float zoom;        // canvas px per image px
uniform int channels;
uniform vec3 gain;         // per channel, applied to the signed value
uniform float exposure;    // factor on the displayed value
uniform bool smooth_magnification;
uniform bool pixel_grid;
uniform vec3 background;
out vec4 colour;

vec4 sample_image(vec2 at) {
    if (zoom >= 1.0 && !smooth_magnification) return texelFetch(image, ivec2(floor(at)), 0);
    return texture(image, at / image_size);
}

void main() {
    vec2 at = centre + (gl_FragCoord.xy - 0.5 * canvas_size) / zoom;
    vec3 checker = background * (mod(floor(at.x / 8.0) + floor(at.y / 8.0), 2.0) < 1.0 ? 1.25 : 0.85);
    if (any(lessThan(at, vec2(0))) || any(greaterThanEqual(at, image_size))) {
        colour = vec4(background, 1);
        return;
    }
    vec4 v = sample_image(at);
    vec3 rgb = channels == 1 ? vec3(v.r * gain.r) : channels == 2 ? vec3(v.rg * gain.rg, -1) : v.rgb * gain;
    rgb = (rgb + 1.0) * exposure - 1.0;
    rgb = floor(clamp(rgb * 127.5 + 128.0, 0.0, 255.0)) / 255.0;
    if (channels == 4) rgb = mix(checker, rgb, clamp(v.a * 0.5 + 0.5, 0.0, 1.0));
    if (pixel_grid) {
        vec2 edge = fract(at) * zoom;
        if (min(edge.x, edge.y) < 1.0) rgb = mix(rgb, vec3(0.5), 0.35);
    }
    colour = vec4(rgb, 1);
}
