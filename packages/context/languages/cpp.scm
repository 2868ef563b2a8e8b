(class_specifier name: [(type_identifier) @name (template_type name: (type_identifier) @name) (qualified_identifier name: (type_identifier) @name)] body: (_)) @definition.class
(namespace_definition name: [(namespace_identifier) @name (nested_namespace_specifier) @name]) @definition.module
(concept_definition name: (identifier) @name) @definition.type
(alias_declaration name: (type_identifier) @name) @definition.type
(function_definition declarator: [
  (function_declarator declarator: [(field_identifier) @name (operator_name) @name (destructor_name) @name])
  (reference_declarator (function_declarator declarator: [(identifier) @name (field_identifier) @name (operator_name) @name]))
  (pointer_declarator declarator: (function_declarator declarator: (field_identifier) @name))
]) @definition.function
(function_definition declarator: [
  (function_declarator declarator: (qualified_identifier scope: (_) @container name: [(identifier) @name (destructor_name) @name (operator_name) @name]))
  (pointer_declarator declarator: (function_declarator declarator: (qualified_identifier scope: (_) @container name: (identifier) @name)))
  (reference_declarator (function_declarator declarator: (qualified_identifier scope: (_) @container name: [(identifier) @name (operator_name) @name])))
]) @definition.method
(function_definition declarator: (function_declarator declarator: (qualified_identifier name: (qualified_identifier scope: (_) @container name: [(identifier) @name (destructor_name) @name])))) @definition.method
(base_class_clause [(type_identifier) @reference.inherit (template_type name: (type_identifier) @reference.inherit) (qualified_identifier name: (type_identifier) @reference.inherit)])
(call_expression function: [(qualified_identifier name: (identifier) @reference.call) (template_function name: (identifier) @reference.call)])
