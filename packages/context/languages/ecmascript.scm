; Shared by JavaScript, TypeScript and TSX.
(function_declaration name: (_) @name) @definition.function
(generator_function_declaration name: (_) @name) @definition.function
(function_expression name: (identifier) @name) @definition.function
(class_declaration name: (_) @name) @definition.class
(class name: (_) @name) @definition.class
(method_definition name: [(property_identifier) (private_property_identifier)] @name) @definition.method
(variable_declarator name: (identifier) @name value: [(arrow_function) (function_expression) (generator_function)]) @definition.function
(assignment_expression left: (member_expression object: (_) @container property: (property_identifier) @name) right: [(arrow_function) (function_expression)]) @definition.function
(program [(lexical_declaration (variable_declarator name: (identifier) @name)) (variable_declaration (variable_declarator name: (identifier) @name))] @definition.constant)
(program (export_statement (lexical_declaration (variable_declarator name: (identifier) @name)) @definition.constant))
(call_expression function: [(identifier) @reference.call (member_expression property: (property_identifier) @reference.call)])
(new_expression constructor: [(identifier) @reference.call (member_expression property: (property_identifier) @reference.call)])
(import_statement) @import
(export_statement source: (_)) @import
(export_statement (export_clause)) @import
(export_statement value: (identifier)) @import
(call_expression function: (identifier) @_require arguments: (arguments (string)) (#eq? @_require "require")) @import
(call_expression function: (import)) @import
