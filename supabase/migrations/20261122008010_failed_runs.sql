-- What the operator's alert says of a run that stopped. No personal data.

create function public.failed_run(p_execution_id text) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('invoiceNumber', r.invoice_number,
    'done', (
      select coalesce(jsonb_agg(s.step order by s.position), '[]') from public.provisioning_steps s where s.run_id = r.id and s.status = 'done'),
    'numberState', (select n.state from public.phone_numbers n where n.run_id = r.id and n.state <> 'released'),
    'priceCeiling', (
      select jsonb_build_object('amountCents', x.price_ceiling_cents, 'currency', x.spend_currency) from public.system_settings x))
    from public.provisioning_runs r
   where r.execution_id = p_execution_id
$$;
call private.service_only('public.failed_run');

create function public.unsent_notices(p_keys jsonb) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(k.key), '[]') from jsonb_array_elements_text(p_keys) k (key)
   where not exists (select from public.operator_notices n where n.key = k.key and n.sent_at is not null)
$$;
call private.service_only('public.unsent_notices');
