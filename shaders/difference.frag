// B minus A as one signed number per pixel, through a diverging colour map whose middle is 0.
uniform sampler2D image_a, image_b;
uniform int channels;         // 1 .. 4; an alpha does not count
uniform vec3 gain_a, gain_b;  // per channel, applied before the subtraction
uniform float scale;          // 1 / the difference that has the map's last colour
uniform bool largest;         // of the channel that differs most; else the channels' mean
uniform sampler2D ramp;       // n x 1

void main() {
    vec2 at = image_position();
    if (outside(at)) {
        colour = vec4(background, 1);
        return;
    }
    vec3 d = sample_image(image_b, at).rgb * gain_b - sample_image(image_a, at).rgb * gain_a;
    float v = d.r;
    if (largest) {
        if (channels > 1 && abs(d.g) > abs(v)) v = d.g;
        if (channels > 2 && abs(d.b) > abs(v)) v = d.b;
    } else if (channels > 1) {
        v = channels == 2 ? (d.r + d.g) / 2.0 : (d.r + d.g + d.b) / 3.0;
    }
    if (isnan(d.r + d.g + d.b) || isinf(d.r + d.g + d.b)) { // hatched, in every theme and for every eye
        colour = vec4(vec3(mod(gl_FragCoord.x + gl_FragCoord.y, 8.0) < 4.0 ? 0.0 : 1.0), 1);
        return;
    }
    float n = float(textureSize(ramp, 0).x);
    float t = clamp(v * scale, -1.0, 1.0) * 0.5 + 0.5;
    colour = vec4(with_grid(texture(ramp, vec2((t * (n - 1.0) + 0.5) / n, 0.5)).rgb, at), 1);
}
