-- As before, and a number that this offboarding has released is still what it is about: a step that is repeated says the same of it.
create or replace function private.offboarding_json(p_offboarding_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'offboardingId', o.id, 'runId', o.run_id, 'invoiceNumber', r.invoice_number, 'provisioningExecutionId', r.execution_id,
    'runStatus', r.status, 'decision', o.decision, 'releaseAfter', o.release_after, 'stoppedStep', o.stopped_step,
    'client', jsonb_build_object('firstName', coalesce(f.form ->> 'firstName', c.first_name), 'name', coalesce(b.business_name, f.business_name, c.name),
      'email', coalesce(f.form ->> 'email', c.email)),
    'businessId', b.id,
    -- Whether the mail of the end has gone out, or may have.
    'wasTold', exists (select from public.email_messages m where m.key = o.id || ':leaving' and m.status <> 'released'),
    'number', case when n.id is not null then jsonb_build_object('e164', n.e164, 'sid', n.sid, 'state', n.state) end,
    'retentionMonths', coalesce((select s.retention_months from public.business_settings s where s.business_id = b.id limit 1), 24))
  from public.offboardings o
  join public.provisioning_runs r on r.id = o.run_id
  join public.clients c on c.id = o.client_id
  left join public.client_onboarding f on f.business_id = r.business_id and f.form is not null
  left join public.businesses b on b.run_id = r.id
  left join public.phone_numbers n on n.run_id = r.id and (n.state <> 'released' or n.quarantined_at = o.quarantined_at)
  where o.id = p_offboarding_id
$$;
