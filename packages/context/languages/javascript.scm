(class_heritage [(identifier) @reference.inherit (member_expression property: (property_identifier) @reference.inherit) (call_expression arguments: (arguments (identifier) @reference.inherit))])
(pair key: (property_identifier) @name value: [(function_expression) (arrow_function)]) @definition.method
