#version 330 core
// How an image lies on its canvas: what picture.frag and difference.frag have in common, put before them.
// Row 0 of the target is the canvas's top.
uniform vec2 image_size;  // px
uniform vec2 canvas_size; // px
uniform vec2 centre;      // image px at the canvas's centre
uniform float zoom;       // canvas px per image px
uniform bool smooth_magnification;
uniform bool pixel_grid;
uniform vec3 background;
out vec4 colour;

vec2 image_position() { return centre + (gl_FragCoord.xy - 0.5 * canvas_size) / zoom; }

bool outside(vec2 at) { return any(lessThan(at, vec2(0))) || any(greaterThanEqual(at, image_size)); }

vec4 sample_image(sampler2D image, vec2 at) {
    if (zoom >= 1.0 && !smooth_magnification) return texelFetch(image, ivec2(floor(at)), 0);
    return texture(image, at / image_size);
}

vec3 with_grid(vec3 rgb, vec2 at) {
    vec2 edge = fract(at) * zoom;
    return pixel_grid && min(edge.x, edge.y) < 1.0 ? mix(rgb, vec3(0.5), 0.35) : rgb;
}
