(class_declaration name: (identifier) @name) @definition.class
(record_declaration name: (identifier) @name) @definition.class
(interface_declaration name: (identifier) @name) @definition.interface
(annotation_type_declaration name: (identifier) @name) @definition.interface
(enum_declaration name: (identifier) @name) @definition.enum
(method_declaration name: (identifier) @name) @definition.method
(constructor_declaration name: (identifier) @name) @definition.method
(method_invocation name: (identifier) @reference.call)
(object_creation_expression type: [(type_identifier) @reference.call (generic_type (type_identifier) @reference.call)])
(superclass [(type_identifier) @reference.inherit (generic_type (type_identifier) @reference.inherit)])
(super_interfaces (type_list [(type_identifier) @reference.inherit (generic_type (type_identifier) @reference.inherit)]))
(extends_interfaces (type_list [(type_identifier) @reference.inherit (generic_type (type_identifier) @reference.inherit)]))
[(import_declaration) (package_declaration)] @import
