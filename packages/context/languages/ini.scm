(section (section_name (text) @name)) @definition.module
(document (setting (setting_name) @name) @definition.constant)
