-- What the operator's doctor asks.

-- When screening last saw an event that came by Xero's webhook: Xero switches a subscription off after a day of failures, and the sweep hides it.
alter table public.system_settings add column last_webhook_at timestamptz;

-- As claim_screening without p_via, and notes that the webhook works.
create function public.claim_screening(p_invoice_id uuid, p_updated_utc timestamptz, p_via text, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
begin
  if p_via = 'webhook' then
    -- To the minute: a thousand copies are one write.
    update public.system_settings set last_webhook_at = p_now
     where last_webhook_at is null or last_webhook_at < p_now - interval '1 minute';
  end if;
  return public.claim_screening(p_invoice_id, p_updated_utc, p_now);
end $$;
call private.service_only('public.claim_screening(uuid, timestamptz, text, timestamptz)'::regprocedure::regproc);

-- Which migrations are applied (null: nobody kept a list), which tables lack row-level security, and which are open to strangers.
create function public.deployment_state() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare applied jsonb;
begin
  if to_regclass('supabase_migrations.schema_migrations') is not null then
    execute 'select jsonb_agg(version order by version) from supabase_migrations.schema_migrations' into applied;
  end if;
  return jsonb_build_object(
    'migrations', applied,
    'withoutRls', (
      select coalesce(jsonb_agg(c.relname order by c.relname), '[]') from pg_catalog.pg_class c
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relrowsecurity),
    'strangers', (
      select coalesce(jsonb_agg(c.relname order by c.relname), '[]') from pg_catalog.pg_class c
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
         and (has_table_privilege('anon', c.oid, 'select, insert, update, delete')
              or has_any_column_privilege('anon', c.oid, 'select, insert, update'))),
    'lastWebhookAt', (select s.last_webhook_at from public.system_settings s));
end $$;
call private.service_only('public.deployment_state');
