(class_selector (class_name) @name) @definition.class
(id_selector (id_name) @name) @definition.constant
(keyframes_statement (keyframes_name) @name) @definition.function
(stylesheet (rule_set (block (declaration (property_name) @name (#match? @name "^--"))) ) @definition.constant)
(call_expression (function_name) @reference.call)
(import_statement) @import
