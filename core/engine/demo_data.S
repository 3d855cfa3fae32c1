// The trained demo pair, linked into the library so that the program starts from any folder.
    .section .rodata
    .balign 64
    .global unstuck_demo_stylegan2
    .global unstuck_demo_stylegan2_end
unstuck_demo_stylegan2:
    .incbin "stylegan2.safetensors"
unstuck_demo_stylegan2_end:
    .balign 64
    .global unstuck_demo_alias_free_t
    .global unstuck_demo_alias_free_t_end
unstuck_demo_alias_free_t:
    .incbin "alias-free-t.safetensors"
unstuck_demo_alias_free_t_end:
    .section .note.GNU-stack,"",@progbits
