(function_declaration name: (identifier) @name) @definition.function
(function_declaration name: [(dot_index_expression table: (_) @container field: (identifier) @name) (method_index_expression table: (_) @container method: (identifier) @name)]) @definition.method
(assignment_statement (variable_list name: (identifier) @name) (expression_list value: (function_definition))) @definition.function
(assignment_statement (variable_list name: (dot_index_expression table: (_) @container field: (identifier) @name)) (expression_list value: (function_definition))) @definition.method
(function_call name: [(identifier) @reference.call (dot_index_expression field: (identifier) @reference.call) (method_index_expression method: (identifier) @reference.call)])
(function_call name: (identifier) @_require (#any-of? @_require "require" "dofile")) @import
