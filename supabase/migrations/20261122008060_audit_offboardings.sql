-- Offboardings in alerts and audits, like runs.

-- As before, and for the execution of an offboarding: what is done of that.
create or replace function public.failed_run(p_execution_id text) returns jsonb
language sql stable set search_path = '' as $$
  with known as (
    select r.id, r.invoice_number, null::uuid as offboarding_id from public.provisioning_runs r where r.execution_id = p_execution_id
    union all
    select r.id, r.invoice_number, o.id from public.offboardings o join public.provisioning_runs r on r.id = o.run_id where o.execution_id = p_execution_id
  )
  select jsonb_build_object('invoiceNumber', k.invoice_number,
    'done', case when k.offboarding_id is null then (
        select coalesce(jsonb_agg(s.step order by s.position), '[]') from public.provisioning_steps s where s.run_id = k.id and s.status = 'done')
      else (
        select coalesce(jsonb_agg(s.step order by s.position), '[]') from public.offboarding_steps s
         where s.offboarding_id = k.offboarding_id and s.status = 'done') end,
    'numberState', (select n.state from public.phone_numbers n where n.run_id = k.id and n.state <> 'released'),
    'priceCeiling', (
      select jsonb_build_object('amountCents', x.price_ceiling_cents, 'currency', x.spend_currency) from public.system_settings x))
    from known k limit 1
$$;

-- Offboardings that are not over and do not wait for a person's decision: at which step, whether it failed, and when anything last happened.
create function public.audit_offboardings() returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('offboardingId', o.id, 'runId', o.run_id, 'invoiceNumber', r.invoice_number,
           'step', coalesce(s.failed_step, s.last_step), 'isFailed', s.failed_step is not null,
           'since', greatest(o.started_at, o.decided_at, s.last_at)) order by o.started_at, o.id), '[]')
    from public.offboardings o
    join public.provisioning_runs r on r.id = o.run_id
   cross join lateral (
      select max(greatest(x.attempted_at, x.finished_at)) as last_at,
             (array_agg(x.step order by x.position) filter (where x.status = 'failed'))[1] as failed_step,
             (array_agg(x.step order by x.position desc) filter (where x.attempts > 0))[1] as last_step,
             coalesce(bool_or(x.step = 'AwaitRelease' and x.status = 'waiting'), false) as is_waiting
        from public.offboarding_steps x where x.offboarding_id = o.id) s
   where o.completed_at is null and o.undone_at is null
     and not (s.is_waiting and o.decision is null and s.failed_step is null)
$$;
call private.service_only('public.audit_offboardings');
