-- Port RunReader: what the operator's board and the checklist show.

create function private.run_summary(p_run public.provisioning_runs) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'runId', p_run.id, 'invoiceNumber', p_run.invoice_number, 'executionId', p_run.execution_id, 'status', p_run.status,
    'clientName', c.name, 'clientStatus', c.status, 'businessId', p_run.business_id,
    'businessName', (select o.business_name from public.client_onboarding o where o.business_id = p_run.business_id and o.form is not null),
    'phoneNumber', (select n.e164 from public.phone_numbers n where n.run_id = p_run.id and n.state in ('owned', 'configured')),
    'createdAt', p_run.created_at, 'liveAt', c.live_at, 'completedAt', p_run.completed_at,
    'redrives', p_run.redrives,
    'stepsDone', (select count(*) from public.provisioning_steps s where s.run_id = p_run.id and s.status = 'done'),
    'currentStep', (select s.step from public.provisioning_steps s
                     where s.run_id = p_run.id and s.status <> 'done' order by s.position limit 1),
    'failure', (select jsonb_build_object('step', s.step, 'error', s.error, 'message', s.error_message)
                  from public.provisioning_steps s where s.run_id = p_run.id and s.status = 'failed' order by s.position limit 1))
  from public.clients c where c.id = p_run.client_id
$$;
revoke execute on function private.run_summary(public.provisioning_runs) from public;
grant execute on function private.run_summary(public.provisioning_runs) to service_role;

create function public.run_list() returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(private.run_summary(r) order by r.created_at desc), '[]') from public.provisioning_runs r
$$;
call private.service_only('public.run_list');

create function public.run_detail(p_run_id uuid, p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select private.run_summary(r) || jsonb_build_object(
    'invoiceId', r.invoice_id,
    'checksScheduled', case when r.day1_at is not null then
      jsonb_build_object('day1At', r.day1_at, 'day3At', r.day3_at, 'day7At', r.day7_at) end,
    'steps', (
      select jsonb_agg(jsonb_build_object(
          'step', s.step, 'status', s.status, 'attempts', s.attempts, 'startedAt', s.started_at, 'finishedAt', s.finished_at,
          'evidence', coalesce(s.evidence, '{}'), 'error', s.error, 'errorMessage', s.error_message,
          'machineMs', s.machine_ms, 'operatorMs', s.operator_ms,
          'clientMs', s.client_ms + case when s.status = 'waiting' then private.ms(s.finished_at, p_now) else 0 end)
        order by s.position)
        from public.provisioning_steps s where s.run_id = r.id),
    'corrections', coalesce((
      select jsonb_agg(jsonb_build_object('at', a.at, 'actor', a.actor, 'action', a.action, 'detail', a.detail) order by a.id)
        from public.audit_log a where a.run_id = r.id or a.invoice_id = r.invoice_id), '[]'),
    'notes', r.notes,
    'elapsedMs', private.ms(r.created_at, coalesce(
      (select s.finished_at from public.provisioning_steps s where s.run_id = r.id and s.step = 'SendWelcome' and s.status = 'done'), p_now)))
  from public.provisioning_runs r
  where r.id = p_run_id
$$;
call private.service_only('public.run_detail');
