(interface_declaration name: (_) @name) @definition.interface
(type_alias_declaration name: (_) @name) @definition.type
(enum_declaration name: (_) @name) @definition.enum
(internal_module name: [(identifier) (nested_identifier)] @name) @definition.module
(module name: [(identifier) (nested_identifier)] @name) @definition.module
(abstract_class_declaration name: (_) @name) @definition.class
(function_signature name: (_) @name) @definition.function
(extends_clause value: [(identifier) @reference.inherit (member_expression property: (property_identifier) @reference.inherit)])
(implements_clause [(type_identifier) @reference.inherit (generic_type name: (type_identifier) @reference.inherit)])
(extends_type_clause type: [(type_identifier) @reference.inherit (generic_type name: (type_identifier) @reference.inherit)])
(export_statement "=" (identifier)) @import
