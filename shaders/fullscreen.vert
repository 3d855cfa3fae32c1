#version 330 core
// Two triangles that cover the target; no buffers needed.
void main() {
    vec2 corner = vec2((gl_VertexID & 1) * 2 - 1, (gl_VertexID >> 1) * 2 - 1);
    gl_Position = vec4(corner, 0, 1);
}
