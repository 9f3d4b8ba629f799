-- A wait that is answered by its own function may lose that function before it has noted its end. Step Functions goes on all the same, so the step
-- that comes next proves that the wait is over: else the checklist would say for ever that it runs or has failed.

-- As before, but for the wait.
create or replace function public.begin_step(p_run_id uuid, p_step text, p_execution_id text, p_redrive_count integer, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  run public.provisioning_runs := private.lock_run(p_run_id);
  earlier constant jsonb := jsonb_build_object('earlierRestarts', run.redrives_before + run.issue - 1);
  known public.provisioning_steps;
begin
  if p_step = 'ReviewOnboarding' and run.execution_id = p_execution_id then
    update public.provisioning_steps
       set status = 'done', finished_at = p_now, error = null, error_message = null,
           machine_ms = machine_ms + private.ms(coalesce(finished_at, attempted_at), p_now)
     where run_id = p_run_id and step = 'AwaitOnboarding' and status in ('running', 'failed');
  end if;
  if run.issue > 1 and run.execution_id = p_execution_id and p_step <> 'AwaitOnboarding' then
    select * into known from public.provisioning_steps where run_id = p_run_id and step = p_step and status = 'done';
    if known.step is not null then
      return private.run_json(p_run_id) || earlier || jsonb_build_object('doneBefore', coalesce(known.output, '{}'));
    end if;
  end if;
  return private.begin_attempt(p_run_id, p_step, p_execution_id, run.redrives_before + p_redrive_count, p_now) || earlier;
end $$;

-- As before, but for the wait.
create or replace function public.begin_offboarding_step(
  p_offboarding_id uuid, p_step text, p_execution_id text, p_redrive_count integer, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare o public.offboardings := private.lock_offboarding(p_offboarding_id);
begin
  if o.execution_id is null and p_step = 'StopProvisioning' then
    update public.offboardings set execution_id = p_execution_id, redrives = 0 where id = o.id;
  elsif o.execution_id is distinct from p_execution_id then
    if p_step = 'StopProvisioning' then return jsonb_build_object('claim', 'taken'); end if;
    perform private.fail('ExecutionMismatch', 'another execution has this offboarding');
  elsif p_redrive_count > o.redrives then
    update public.offboardings set redrives = p_redrive_count where id = o.id;
    insert into public.audit_log (at, actor, action, run_id, detail)
    values (p_now, 'operator', 'redrive', o.run_id, jsonb_build_object('step', p_step, 'redriveCount', p_redrive_count));
  end if;
  if p_step in ('ReleaseNumber', 'RestoreBusiness') then
    update public.offboarding_steps
       set status = 'done', finished_at = p_now, error = null, error_message = null
     where offboarding_id = o.id and step = 'AwaitRelease' and status in ('running', 'failed');
  end if;
  update public.offboarding_steps
     set status = 'running', attempts = attempts + 1, attempted_at = p_now, finished_at = null, error = null, error_message = null
   where offboarding_id = o.id and step = p_step;
  if not found then raise exception 'no such step'; end if;
  return jsonb_build_object('claim', 'yours', 'offboarding', private.offboarding_json(o.id));
end $$;
