-- Tests only: keeps states of the whole database and goes back to them. Beside the product's migrations, never among them.
create schema rewind;
create table rewind.tables as
  select c.oid::regclass as name, string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
   where c.relkind = 'r' and n.nspname in ('public', 'auth') and c.relname <> 'schema_migrations'
   group by c.oid;
-- A table's rows at one time; a state of the database names one version of each table.
create table rewind.versions (id integer generated always as identity primary key, rows jsonb not null);
create table rewind.states (id integer, name regclass, version integer not null, primary key (id, name));
create sequence rewind.state_ids;
-- The version that each table has, if nothing was written to it since.
create table rewind.present (name regclass primary key, version integer);
insert into rewind.present select name, null from rewind.tables;
create table rewind.dirty (name regclass primary key);

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

create function rewind.rows_of_one(p_name regclass) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare rows jsonb;
begin
  execute format('select jsonb_agg(to_jsonb(t)) from %s t', p_name) into rows;
  return coalesce(rows, '[]');
end $$;
create function rewind.rows_of(p_names regclass[]) returns jsonb language sql security definer set search_path = '' as $$
  select coalesce(jsonb_object_agg(name::text, rewind.rows_of_one(name)), '{}') from unnest(p_names) as name
$$;

create function public.test_snapshot() returns jsonb language sql security definer set search_path = '' as $$
  select rewind.rows_of((select array_agg(name) from rewind.tables))
$$;
-- The tables written to since the last rewind.
create function public.test_changes() returns jsonb language sql security definer set search_path = '' as $$
  select rewind.rows_of(coalesce((select array_agg(name) from rewind.dirty), '{}'))
$$;

create function public.test_keep() returns integer language plpgsql security definer set search_path = '' as $$
declare
  this_state constant integer := nextval('rewind.state_ids');
  one regclass;
  this_version integer;
begin
  for one in select name from rewind.present where version is null union select name from rewind.dirty loop
    insert into rewind.versions (rows) values (rewind.rows_of_one(one)) returning id into this_version;
    update rewind.present set version = this_version where name = one;
  end loop;
  delete from rewind.dirty;
  insert into rewind.states (id, name, version) select this_state, name, version from rewind.present;
  return this_state;
end $$;

create function public.test_rewind(p_kept integer) returns void
language plpgsql security definer set search_path = '' as $$
declare entry record;
begin
  set local session_replication_role = replica;
  for entry in
    select t.name, t.columns, s.version from rewind.states s join rewind.tables t on t.name = s.name join rewind.present p on p.name = s.name
     where s.id = p_kept and (p.version is distinct from s.version or s.name in (select name from rewind.dirty))
  loop
    execute format('delete from %s', entry.name);
    execute format('insert into %1$s (%2$s) overriding system value select %2$s from jsonb_populate_recordset(null::%1$s, $1)',
      entry.name, entry.columns) using (select v.rows from rewind.versions v where v.id = entry.version);
    update rewind.present set version = entry.version where name = entry.name;
  end loop;
  delete from rewind.dirty;
  set local session_replication_role = origin;
end $$;

-- The rows of one table in a kept state.
create function public.test_kept(p_kept integer, p_name text) returns jsonb language sql security definer set search_path = '' as $$
  select v.rows from rewind.states s join rewind.versions v on v.id = s.version where s.id = p_kept and s.name = p_name::regclass
$$;

-- Functions that only read.
create function public.test_reading() returns jsonb language sql security definer set search_path = '' as $$
  select coalesce(jsonb_agg(p.proname), '[]') from pg_catalog.pg_proc p where p.pronamespace = 'public'::regnamespace and p.provolatile <> 'v'
$$;

create function public.test_wait_token(p_token text) returns void language sql security definer set search_path = '' as $$
  update public.provisioning_runs set wait_token = p_token where wait_token is not null and wait_closed_at is null;
  update public.offboardings set wait_token = p_token where wait_token is not null and wait_closed_at is null
$$;
create function public.test_provisioning_execution(p_offboarding_id uuid, p_execution_id text) returns void language sql security definer set search_path = '' as $$
  update public.provisioning_runs r set execution_id = p_execution_id
   where r.id = (select o.run_id from public.offboardings o where o.id = p_offboarding_id)
$$;
grant execute on function public.test_snapshot(), public.test_keep(), public.test_changes(), public.test_rewind(integer), public.test_reading(),
  public.test_kept(integer, text), public.test_wait_token(text), public.test_provisioning_execution(uuid, text) to service_role;
