#version 330 core
// A plane of dB values through the viridis map.
uniform sampler2D plane;
uniform sampler2D ramp; // n x 1
uniform vec2 target_size;
uniform float low, high, offset; // shown range; offset is subtracted first
out vec4 colour;

void main() {
    float v = texture(plane, gl_FragCoord.xy / target_size).r - offset;
    float t = clamp((v - low) / max(high - low, 1e-6), 0.0, 1.0);
    colour = vec4(texture(ramp, vec2(t, 0.5)).rgb, 1);
}
