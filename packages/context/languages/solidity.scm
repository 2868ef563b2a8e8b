(contract_declaration name: (identifier) @name) @definition.class
(interface_declaration name: (identifier) @name) @definition.interface
(library_declaration name: (identifier) @name) @definition.module
(struct_declaration name: (identifier) @name) @definition.class
(enum_declaration name: (identifier) @name) @definition.enum
[(event_definition name: (identifier) @name) (error_declaration name: (identifier) @name)] @definition.type
[(function_definition name: (identifier) @name) (modifier_definition name: (identifier) @name)] @definition.function
(state_variable_declaration "constant" name: (identifier) @name) @definition.constant
(inheritance_specifier ancestor: (user_defined_type (identifier) @reference.inherit .))
(call_expression function: (expression [(identifier) @reference.call (member_expression property: (identifier) @reference.call)]))
(emit_statement name: (expression (identifier) @reference.call))
(modifier_invocation (identifier) @reference.call)
(import_directive) @import
