(binary_operator lhs: (identifier) @name operator: ["<-" "<<-" "="] rhs: (function_definition)) @definition.function
(binary_operator lhs: (identifier) @name operator: ["<-" "="] rhs: (call function: [(identifier) @_class (namespace_operator rhs: (identifier) @_class)]) (#any-of? @_class "R6Class" "setClass" "setRefClass")) @definition.class
(program (binary_operator lhs: (identifier) @name operator: ["<-" "="] rhs: [(float) (integer) (string) (true) (false)]) @definition.constant)
(call function: (identifier) @_class arguments: (arguments . (argument value: (string content: (string_content) @name))) (#any-of? @_class "setClass" "setRefClass")) @definition.class
(call function: (identifier) @_generic arguments: (arguments . (argument value: (string content: (string_content) @name))) (#any-of? @_generic "setGeneric" "setMethod")) @definition.function
(call function: (identifier) @_list arguments: (arguments (argument name: (identifier) @name value: (function_definition)) @definition.method) (#eq? @_list "list"))
(call function: [(identifier) @reference.call (namespace_operator rhs: (identifier) @reference.call) (extract_operator rhs: (identifier) @reference.call)])
(argument name: (identifier) @_inherit value: (identifier) @reference.inherit (#eq? @_inherit "inherit"))
(call function: (identifier) @_import (#any-of? @_import "library" "require" "requireNamespace" "source")) @import
