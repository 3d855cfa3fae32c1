// One model's picture: exposure, channel gains, byte rounding as the saved PNG has it.
uniform sampler2D image;
uniform int channels;
uniform vec3 gain;      // per channel, applied to the signed value
uniform float exposure; // factor on the displayed value

void main() {
    vec2 at = image_position();
    if (outside(at)) {
        colour = vec4(background, 1);
        return;
    }
    vec3 checker = background * (mod(floor(at.x / 8.0) + floor(at.y / 8.0), 2.0) < 1.0 ? 1.25 : 0.85);
    vec4 v = sample_image(image, at);
    vec3 rgb = channels == 1 ? vec3(v.r * gain.r) : channels == 2 ? vec3(v.rg * gain.rg, -1) : v.rgb * gain;
    rgb = (rgb + 1.0) * exposure - 1.0;
    rgb = floor(clamp(rgb * 127.5 + 128.0, 0.0, 255.0)) / 255.0;
    if (channels == 4) rgb = mix(checker, rgb, clamp(v.a * 0.5 + 0.5, 0.0, 1.0));
    colour = vec4(with_grid(rgb, at), 1);
}
