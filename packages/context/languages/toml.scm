(table [(bare_key) @name (dotted_key) @name (quoted_key) @name]) @definition.module
(table_array_element [(bare_key) @name (dotted_key) @name (quoted_key) @name]) @definition.module
(document (pair [(bare_key) @name (dotted_key) @name]) @definition.constant)
