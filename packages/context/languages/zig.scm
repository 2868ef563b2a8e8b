(function_declaration name: (identifier) @name) @definition.function
(variable_declaration . (identifier) @name [(struct_declaration) (union_declaration) (opaque_declaration)]) @definition.class
(variable_declaration . (identifier) @name [(enum_declaration) (error_set_declaration)]) @definition.enum
(source_file (variable_declaration . (identifier) @name [(integer) (float) (string) (character) (boolean)]) @definition.constant)
(call_expression function: [(identifier) @reference.call (field_expression member: (identifier) @reference.call)])
(builtin_function (builtin_identifier) @_import (#eq? @_import "@import")) @import
