import type { ClientBase } from 'pg'

/** The schema of a database as SQL, in an order that depends on nothing but names: the packages of the server bring no pg_dump. */
export async function schemaText(client: Pick<ClientBase, 'query'>): Promise<string> {
  const { rows } = await client.query<{ text: string }>(`
    select format(E'CREATE TABLE %s (\\n%s\\n);\\n%s', relname, concat_ws(E',\\n', columns, constraints), indexes) as text
    from pg_class cross join lateral (
      select string_agg(concat('  ', attname, ' ', format_type(atttypid, atttypmod), case when attnotnull then ' NOT NULL' end,
        case attidentity when 'a' then ' GENERATED ALWAYS AS IDENTITY' end, ' DEFAULT ' || pg_get_expr(adbin, adrelid)), E',\\n' order by attnum) as columns
      from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
      where attrelid = pg_class.oid and attnum > 0 and not attisdropped
    ) as columns cross join lateral (
      select string_agg(format('  CONSTRAINT %s %s', conname, pg_get_constraintdef(oid)), E',\\n' order by conname) as constraints
      from pg_constraint where conrelid = pg_class.oid and contype <> 'n'
    ) as constraints cross join lateral (
      select coalesce(string_agg(pg_get_indexdef(indexrelid) || E';\\n', '' order by indexrelid::regclass::text), '') as indexes
      from pg_index where indrelid = pg_class.oid and not exists (select from pg_constraint where conindid = indexrelid and conrelid = indrelid)
    ) as indexes
    where relkind = 'r' and relnamespace = current_schema()::regnamespace and relname <> 'schema_migrations'
    order by relname`)
  const { rows: views } = await client.query<{ text: string }>(`
    select format(E'CREATE VIEW %s AS\n%s\n', relname, pg_get_viewdef(oid)) as text
    from pg_class where relkind = 'v' and relnamespace = current_schema()::regnamespace order by relname`)
  return [...rows, ...views].map(({ text }) => text.replaceAll(/ ON public\./g, ' ON ')).join('\n')
}
