-- Re-issue: a run whose execution can no longer be redriven goes on in a new execution, which skips what the checklist shows done.

alter table public.provisioning_runs
  -- Which execution of this run: 1, and one more with each re-issue.
  add column issue integer not null default 1 check (issue > 0),
  -- Redrives of the executions before this one; `redrives` counts those of all.
  add column redrives_before integer not null default 0 check (redrives_before >= 0);

-- What a step gave to the execution's state (ids and times only): a new execution gets it again.
alter table public.provisioning_steps add column output jsonb check (jsonb_typeof(output) = 'object');
update public.provisioning_steps
   set output = jsonb_build_object('day1At', evidence -> 'day1At', 'day3At', evidence -> 'day3At', 'day7At', evidence -> 'day7At')
 where step = 'GoLive' and status = 'done' and evidence ?& array['day1At', 'day3At', 'day7At'];

-- What begins an attempt stays as it is; whether there is anything to attempt is asked first.
alter function public.begin_step(uuid, text, text, integer, timestamptz) set schema private;
alter function private.begin_step(uuid, text, text, integer, timestamptz) rename to begin_attempt;

-- `doneBefore` (what the step gave): an execution that was re-issued comes to a step that is done. AwaitOnboarding is entered all the same,
-- because its Task waits for an answer. `earlierRestarts`: redrives and re-issues before this execution.
create function public.begin_step(p_run_id uuid, p_step text, p_execution_id text, p_redrive_count integer, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  run public.provisioning_runs := private.lock_run(p_run_id);
  earlier constant jsonb := jsonb_build_object('earlierRestarts', run.redrives_before + run.issue - 1);
  known public.provisioning_steps;
begin
  if run.issue > 1 and run.execution_id = p_execution_id and p_step <> 'AwaitOnboarding' then
    select * into known from public.provisioning_steps where run_id = p_run_id and step = p_step and status = 'done';
    if known.step is not null then
      return private.run_json(p_run_id) || earlier || jsonb_build_object('doneBefore', coalesce(known.output, '{}'));
    end if;
  end if;
  return private.begin_attempt(p_run_id, p_step, p_execution_id, run.redrives_before + p_redrive_count, p_now) || earlier;
end $$;
call private.service_only('public.begin_step');

-- As finish_step without p_output, and keeps what the step gave to the execution.
create function public.finish_step(p_run_id uuid, p_step text, p_evidence jsonb, p_output jsonb, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  perform public.finish_step(p_run_id, p_step, p_evidence, p_now);
  update public.provisioning_steps set output = p_output where run_id = p_run_id and step = p_step and status <> 'pending';
end $$;
call private.service_only('public.finish_step(uuid, text, jsonb, jsonb, timestamptz)'::regprocedure::regproc);

-- What the operator decides on; null if no run has this invoice.
create function public.run_to_reissue(p_invoice_number text) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'runId', r.id, 'invoiceId', r.invoice_id, 'tenantId', r.tenant_id, 'invoiceNumber', r.invoice_number, 'executionId', r.execution_id,
    'issue', r.issue, 'status', r.status, 'clientStatus', c.status, 'hasForm', r.business_id is not null, 'checksFrom', r.day1_at,
    'number', (select jsonb_build_object('e164', n.e164, 'state', n.state) from public.phone_numbers n
                where n.run_id = r.id and n.state <> 'released'),
    'steps', (
      select jsonb_agg(jsonb_build_object('step', s.step, 'status', s.status, 'error', s.error) order by s.position)
        from public.provisioning_steps s where s.run_id = r.id),
    'unsettledMails', (
      select coalesce(jsonb_agg(distinct m.template), '[]') from public.email_messages m
       where m.run_id = r.id and m.status in ('claimed', 'unknown')))
    from public.provisioning_runs r join public.clients c on c.id = r.client_id
   where r.invoice_number = p_invoice_number
   order by r.created_at desc
   limit 1
$$;
call private.service_only('public.run_to_reissue');

-- The run belongs to another execution from now on: whatever the old one still does ends in ExecutionMismatch. `claimed` also to the same
-- claim again; `moved`: somebody else has re-issued it meanwhile; else why it cannot be.
create function public.reissue_run(p_run_id uuid, p_from_execution_id text, p_to_execution_id text, p_by text, p_now timestamptz) returns text
language plpgsql set search_path = '' as $$
declare run public.provisioning_runs := private.lock_run(p_run_id);
begin
  if run.status <> 'running' then return run.status; end if;
  if exists (select from public.clients c where c.id = run.client_id and c.status = 'Cancelled') then return 'cancelled'; end if;
  if run.execution_id = p_to_execution_id then return 'claimed'; end if;
  if run.execution_id is distinct from p_from_execution_id then return 'moved'; end if;
  update public.provisioning_runs
     set execution_id = p_to_execution_id, issue = issue + 1, redrives_before = redrives,
         wait_token = null, wait_opened_at = null, wait_closed_at = null
   where id = p_run_id;
  -- Until now a failed step, or one that died, waited for the operator.
  update public.provisioning_steps
     set operator_ms = operator_ms + private.ms(coalesce(finished_at, attempted_at), p_now), finished_at = p_now
   where run_id = p_run_id and status in ('failed', 'running');
  insert into public.audit_log (at, actor, action, run_id, detail)
  values (p_now, p_by, 're-issue', p_run_id, jsonb_build_object('issue', run.issue + 1, 'before', p_from_execution_id));
  return 'claimed';
end $$;
call private.service_only('public.reissue_run');
