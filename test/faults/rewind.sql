-- Tests only: keeps states of the whole database and goes back to them. Beside the product's migrations, never among them.
create schema rewind;
create table rewind.kept (id integer generated always as identity primary key, rows jsonb not null);
create table rewind.at (only_row boolean primary key default true, kept integer);
insert into rewind.at default values;
create table rewind.dirty (name regclass primary key);

create table rewind.tables as
  select c.oid::regclass as name, string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
   where c.relkind = 'r' and n.nspname in ('public', 'auth') and c.relname <> 'schema_migrations'
   group by c.oid;

create function rewind.mark() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into rewind.dirty values (tg_relid) on conflict do nothing;
  return null;
end $$;
do $$
declare entry record;
begin
  for entry in select * from rewind.tables loop
    execute format('create trigger rewind_mark after insert or update or delete on %s for each statement execute function rewind.mark()', entry.name);
  end loop;
end $$;

create function rewind.rows_of(p_names regclass[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  one regclass;
  rows jsonb;
  found_rows jsonb := '{}';
begin
  foreach one in array p_names loop
    execute format('select jsonb_agg(to_jsonb(t)) from %s t', one) into rows;
    found_rows := found_rows || jsonb_build_object(one::text, coalesce(rows, '[]'));
  end loop;
  return found_rows;
end $$;

create function public.test_snapshot() returns jsonb language sql security definer set search_path = '' as $$
  select rewind.rows_of((select array_agg(name) from rewind.tables))
$$;
create function public.test_keep() returns integer language sql security definer set search_path = '' as $$
  insert into rewind.kept (rows) values (rewind.rows_of((select array_agg(name) from rewind.tables))) returning id
$$;
-- The tables written to since the last rewind.
create function public.test_changes() returns jsonb language sql security definer set search_path = '' as $$
  select rewind.rows_of(coalesce((select array_agg(name) from rewind.dirty), '{}'))
$$;

create function public.test_rewind(p_kept integer) returns void
language plpgsql security definer set search_path = '' as $$
declare
  wanted jsonb;
  known constant integer := (select kept from rewind.at);
  entry record;
begin
  select rows into strict wanted from rewind.kept where id = p_kept;
  set local session_replication_role = replica;
  for entry in select t.* from rewind.tables t where known is distinct from p_kept or t.name in (select name from rewind.dirty) loop
    execute format('delete from %s', entry.name);
    execute format('insert into %1$s (%2$s) overriding system value select %2$s from jsonb_populate_recordset(null::%1$s, $1)',
      entry.name, entry.columns) using wanted -> entry.name::text;
  end loop;
  delete from rewind.dirty;
  update rewind.at set kept = p_kept;
  set local session_replication_role = origin;
end $$;

-- The rows of one table in a kept state.
create function public.test_kept(p_kept integer, p_name text) returns jsonb language sql security definer set search_path = '' as $$
  select coalesce(nullif(rows -> p_name, 'null'), '[]') from rewind.kept where id = p_kept
$$;

create function public.test_wait_token(p_token text) returns void language sql security definer set search_path = '' as $$
  update public.provisioning_runs set wait_token = p_token where wait_token is not null and wait_closed_at is null
$$;
grant execute on function public.test_snapshot(), public.test_keep(), public.test_changes(), public.test_rewind(integer),
  public.test_kept(integer, text), public.test_wait_token(text) to service_role;
