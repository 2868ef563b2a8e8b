(class_declaration name: (identifier) @name) @definition.class
(struct_declaration name: (identifier) @name) @definition.class
(record_declaration name: (identifier) @name) @definition.class
(interface_declaration name: (identifier) @name) @definition.interface
(enum_declaration name: (identifier) @name) @definition.enum
(delegate_declaration name: (identifier) @name) @definition.type
(namespace_declaration name: (_) @name) @definition.module
(file_scoped_namespace_declaration name: (_) @name) @definition.module
(method_declaration name: (identifier) @name) @definition.method
(constructor_declaration name: (identifier) @name) @definition.method
(destructor_declaration name: (identifier) @name) @definition.method
(invocation_expression function: [(identifier) @reference.call (member_access_expression name: (identifier) @reference.call) (generic_name (identifier) @reference.call) (member_access_expression name: (generic_name (identifier) @reference.call))])
(object_creation_expression type: [(identifier) @reference.call (generic_name (identifier) @reference.call)])
(base_list [(identifier) @reference.inherit (generic_name (identifier) @reference.inherit) (qualified_name name: (identifier) @reference.inherit)])
[(using_directive) (namespace_declaration) (file_scoped_namespace_declaration)] @import
