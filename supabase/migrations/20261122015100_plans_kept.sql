-- Postgres plans the body of a function in SQL anew at each call, of one in PL/pgSQL once per connection
-- (https://www.postgresql.org/docs/current/plpgsql-implementation.html#PLPGSQL-PLAN-CACHING). Planning took half the time of a portal page's reading
-- and of a step's beginning. Ours can't be inlined (each sets its search_path), so nothing is lost.

-- Says every function in SQL that answers one value in PL/pgSQL, word for word: the first row's value, column names before parameters' names.
-- A migration that creates such a function calls this at its end.
create procedure private.keep_plans() language plpgsql set search_path = '' as $$
declare
  one record;
begin
  for one in
    select n.nspname, p.proname, pg_catalog.pg_get_function_arguments(p.oid) as arguments, pg_catalog.pg_get_function_result(p.oid) as result,
           pg_catalog.rtrim(p.prosrc, E' \n;') as body,
           case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end as volatility,
           case when p.prosecdef then 'security definer' else '' end as security, case when p.proisstrict then 'strict' else '' end as strictness
      from private.planned_at_each_call() as planned(id) join pg_catalog.pg_proc p on p.oid = planned.id
      join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  loop
    execute pg_catalog.format(E'create or replace function %I.%I(%s) returns %s language plpgsql %s %s %s set search_path = '''' as %L',
      one.nspname, one.proname, one.arguments, one.result, one.volatility, one.security, one.strictness,
      pg_catalog.format(E'\n#variable_conflict use_column\nbegin\n  return (select * from (%s\n) as answer limit 1);\nend ', one.body));
  end loop;
end $$;

-- One statement that reads, answering one value of a type that is no row.
create function private.planned_at_each_call() returns setof oid language sql stable set search_path = '' as $$
  select p.oid
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    join pg_catalog.pg_language l on l.oid = p.prolang join pg_catalog.pg_type t on t.oid = p.prorettype
   where n.nspname in ('public', 'private') and l.lanname = 'sql' and p.prokind = 'f' and not p.proretset
     and t.typtype <> 'c' and t.typname <> 'void' and p.proargmodes is null and p.proconfig = array['search_path=""']
     and pg_catalog.rtrim(p.prosrc, E' \n;') not like '%;%' and p.prosrc !~* '\m(insert into|update|delete from)\M'
$$;
revoke execute on procedure private.keep_plans() from public;
revoke execute on function private.planned_at_each_call() from public;

call private.keep_plans();
