(function_item name: (identifier) @name) @definition.function
(function_signature_item name: (identifier) @name) @definition.function
(struct_item name: (type_identifier) @name) @definition.class
(union_item name: (type_identifier) @name) @definition.class
(enum_item name: (type_identifier) @name) @definition.enum
(trait_item name: (type_identifier) @name) @definition.interface
(type_item name: (type_identifier) @name) @definition.type
(mod_item name: (identifier) @name) @definition.module
(const_item name: (identifier) @name) @definition.constant
(static_item name: (identifier) @name) @definition.constant
(macro_definition name: (identifier) @name) @definition.function
(impl_item type: (_) @scope.name) @scope
(call_expression function: [(identifier) @reference.call (field_expression field: (field_identifier) @reference.call) (scoped_identifier name: (identifier) @reference.call)])
(macro_invocation macro: [(identifier) @reference.call (scoped_identifier name: (identifier) @reference.call)])
(impl_item trait: [(type_identifier) @reference.inherit (generic_type type: (type_identifier) @reference.inherit) (scoped_type_identifier name: (type_identifier) @reference.inherit)])
[(use_declaration) (mod_item) (extern_crate_declaration)] @import
; What stands in the braces of a macro is a heap of tokens for this grammar: the quick scan reads it.
(macro_invocation (token_tree) @opaque)
