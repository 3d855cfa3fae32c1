// One model's picture: exposure, channel gains, colour maps, byte rounding as the saved PNG has it. core/engine/tone.cpp
// is the same for films.
uniform sampler2D image;
uniform int channels;
uniform vec3 gain;      // per channel, applied to the signed value
uniform float exposure; // factor on the displayed value
uniform float offset;   // added to the displayed value; 1 is black to white
uniform float power;    // 1 / gamma
uniform int tone_map;   // 0 colours, 1 false colour, 2 positive and negative
uniform bool zebra;     // stripes where a channel is beyond black or white
uniform sampler2D ramp; // n x 1, for 1 and 2

bool bad(float v) { return isnan(v) || isinf(v); }

vec3 ramp_colour(float t) {
    float n = float(textureSize(ramp, 0).x);
    return texture(ramp, vec2((clamp(t, 0.0, 1.0) * (n - 1.0) + 0.5) / n, 0.5)).rgb;
}

float channel_mean(vec3 v) { return channels == 1 ? v.r : channels == 2 ? (v.r + v.g) / 2.0 : (v.r + v.g + v.b) / 3.0; }

vec3 displayed(vec3 v) {
    v = (v + 1.0) * exposure - 1.0 + 2.0 * offset;
    return power == 1.0 ? v : 2.0 * pow(max((v + 1.0) * 0.5, vec3(0)), vec3(power)) - 1.0;
}

vec3 signed_values(vec3 v) {
    v = v * exposure + 2.0 * offset;
    return power == 1.0 ? v : sign(v) * pow(abs(v), vec3(power));
}

vec3 toned(vec3 v) {
    if (tone_map == 0) return floor(clamp(displayed(v) * 127.5 + 128.0, 0.0, 255.0)) / 255.0;
    if (bad(v.r) || bad(v.g) || bad(v.b)) return vec3(0);
    return ramp_colour((channel_mean(tone_map == 1 ? displayed(v) : signed_values(v)) + 1.0) * 0.5);
}

// Black stripes over what is too bright, white ones, leaning the other way, over what is too dark.
vec3 with_zebra(vec3 rgb, vec3 v) {
    vec3 byte = ((v + 1.0) * exposure - 1.0 + 2.0 * offset) * 127.5 + 128.0;
    if (channels < 3) byte.b = byte.r;
    if (channels < 2) byte.g = byte.r;
    bool over = any(greaterThanEqual(byte, vec3(256))), under = any(lessThan(byte, vec3(0)));
    float across = over ? gl_FragCoord.x + gl_FragCoord.y : gl_FragCoord.x - gl_FragCoord.y;
    if ((over || under) && mod(across, 8.0) < 3.0) return vec3(over ? 0.0 : 1.0);
    return rgb;
}

void main() {
    vec2 at = image_position();
    if (outside(at)) {
        colour = vec4(background, 1);
        return;
    }
    vec3 checker = background * (mod(floor(at.x / 8.0) + floor(at.y / 8.0), 2.0) < 1.0 ? 1.25 : 0.85);
    vec4 v = sample_image(image, at);
    vec3 scaled = channels == 1 ? vec3(v.r * gain.r) : channels == 2 ? vec3(v.rg * gain.rg, 0) : v.rgb * gain;
    vec3 rgb = toned(scaled);
    if (channels == 2 && tone_map == 0) rgb.b = 0.0;
    if (zebra) rgb = with_zebra(rgb, scaled);
    if (channels == 4) rgb = mix(checker, rgb, clamp(v.a * 0.5 + 0.5, 0.0, 1.0));
    colour = vec4(with_grid(rgb, at), 1);
}
