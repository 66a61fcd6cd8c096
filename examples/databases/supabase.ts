import { sqlPayments } from 'khalti-kit/sql'

/** What the store needs of a client of `@supabase/supabase-js`, made with the secret key of the server. */
interface Supabase {
  rpc(name: string, values: object): PromiseLike<{ data: unknown; error: { message: string; code?: string } | null }>
}

/** Run it once in the SQL editor, after the tables. It runs one statement, and is for the server's role alone. */
export const supabaseFunction = `
create or replace function khalti_query(statement text, parameters text[]) returns setof text
language plpgsql security invoker as $$
begin
  return query execute regexp_replace(statement, '\\$(\\d+)', '($1)[\\1]', 'g') using parameters;
end
$$;
revoke all on function khalti_query from public, anon, authenticated;
grant execute on function khalti_query to service_role;
grant select, insert, update, delete on khalti_orders, khalti_keys to service_role;`

/** Orders through `supabase-js`, over HTTP: without transactions, so `fulfil` is called at least once. */
export function supabasePayments(supabase: Supabase, now?: () => Date) {
  return sqlPayments({
    dialect: 'postgres',
    async query(statement, parameters) {
      const { data, error } = await supabase.rpc('khalti_query', { statement, parameters })
      if (error) throw Object.assign(new Error(error.message), { code: error.code })
      return { rows: (data as unknown[]).map((text) => [text]) }
    },
    now,
  })
}
