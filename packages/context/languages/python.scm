(function_definition name: (identifier) @name) @definition.function
(class_definition name: (identifier) @name) @definition.class
(module (expression_statement (assignment left: (identifier) @name) @definition.constant))
(call function: [(identifier) @reference.call (attribute attribute: (identifier) @reference.call)])
(class_definition superclasses: (argument_list [(identifier) @reference.inherit (attribute attribute: (identifier) @reference.inherit)]))
[(import_statement) (import_from_statement) (future_import_statement)] @import
