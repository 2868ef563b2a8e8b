(class_declaration "interface" name: (identifier) @name) @definition.interface
(class_declaration (modifiers (class_modifier "enum")) name: (identifier) @name) @definition.enum
(function_declaration name: (identifier) @name) @definition.function
(class_declaration name: (identifier) @name) @definition.class
(object_declaration name: (identifier) @name) @definition.class
(type_alias type: (identifier) @name) @definition.type
(call_expression [(identifier) @reference.call (navigation_expression (identifier) @reference.call .)])
(delegation_specifier [(user_type (identifier) @reference.inherit .) (constructor_invocation (user_type (identifier) @reference.inherit .))])
[(import) (package_header)] @import
