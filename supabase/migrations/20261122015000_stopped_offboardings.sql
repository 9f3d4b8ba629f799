-- An offboarding whose execution is over goes on in a new one, however the old one ended: a function that died notes no failure, and an execution
-- that was stopped, ran out of time while it waited, or could not even call its function has no failed step at all.

-- When the operator was told that its execution has ended, if nothing has begun since; else null.
create function private.offboarding_ended_at(p_offboarding public.offboardings) returns timestamptz
language sql stable security definer set search_path = '' as $$
  select max(n.sent_at) from public.operator_notices n
   where p_offboarding.execution_id is not null and starts_with(n.key, 'execution/' || p_offboarding.execution_id || '/')
     and n.sent_at >= coalesce((
       select max(s.attempted_at) from public.offboarding_steps s where s.offboarding_id = p_offboarding.id), p_offboarding.started_at)
$$;
revoke execute on function private.offboarding_ended_at(public.offboardings) from public;
grant execute on function private.offboarding_ended_at(public.offboardings) to service_role;

create function private.may_start_again(p_offboarding public.offboardings, p_now timestamptz) returns boolean
language sql stable security definer set search_path = '' as $$
  select p_offboarding.completed_at is null and p_offboarding.undone_at is null
     and (p_offboarding.execution_id is null or private.offboarding_ended_at(p_offboarding) is not null or exists (
       select from public.offboarding_steps s
        where s.offboarding_id = p_offboarding.id
          and (s.status = 'failed' or (s.step = 'AwaitRelease' and s.status = 'waiting' and s.finished_at < p_now - interval '90 days'))))
$$;
revoke execute on function private.may_start_again(public.offboardings, timestamptz) from public;

-- As before, but for when it may be.
create or replace function public.operator_restart_offboarding(p_offboarding_id uuid, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare o public.offboardings;
begin
  if private.operator_name() is null then return null; end if;
  select * into o from public.offboardings where id = p_offboarding_id for update;
  if o.id is null then return null; end if;
  if o.completed_at is not null or o.undone_at is not null then return private.refused('over'); end if;
  if not private.may_start_again(o, p_now) then return private.refused('under-way'); end if;
  -- The old execution's token would wake nothing that may go on.
  update public.offboardings set execution_id = null, wait_token = null, wait_opened_at = null, wait_closed_at = null where id = o.id;
  if o.execution_id is not null then
    perform private.operator_audit('started the offboarding''s execution anew', o.run_id, null, '{}', p_now);
  end if;
  return private.done();
end $$;

-- As before, and whether its execution is over and it may be started again.
alter function private.offboarding_summary(public.offboardings, timestamptz) rename to offboarding_summary_but_end;
create function private.offboarding_summary(p_offboarding public.offboardings, p_now timestamptz) returns jsonb
language sql stable security definer set search_path = '' as $$
  select private.offboarding_summary_but_end(p_offboarding, p_now) || jsonb_build_object(
    'endedAt', private.offboarding_ended_at(p_offboarding), 'mayStartAgain', private.may_start_again(p_offboarding, p_now))
$$;
revoke execute on function private.offboarding_summary(public.offboardings, timestamptz) from public;

-- As before, and those whose execution is over although no step says so: since the operator was told.
create or replace function public.audit_offboardings() returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('offboardingId', o.id, 'runId', o.run_id, 'invoiceNumber', r.invoice_number,
           'step', coalesce(s.failed_step, s.last_step), 'isFailed', s.failed_step is not null or ended.at is not null,
           'since', coalesce(ended.at, greatest(o.started_at, o.decided_at, s.last_at))) order by o.started_at, o.id), '[]')
    from public.offboardings o
    join public.provisioning_runs r on r.id = o.run_id
   cross join lateral (select private.offboarding_ended_at(o) as at) ended
   cross join lateral (
      select max(greatest(x.attempted_at, x.finished_at)) as last_at,
             (array_agg(x.step order by x.position) filter (where x.status = 'failed'))[1] as failed_step,
             (array_agg(x.step order by x.position desc) filter (where x.attempts > 0))[1] as last_step,
             coalesce(bool_or(x.step = 'AwaitRelease' and x.status = 'waiting'), false) as is_waiting
        from public.offboarding_steps x where x.offboarding_id = o.id) s
   where o.completed_at is null and o.undone_at is null
     and not (s.is_waiting and o.decision is null and s.failed_step is null and ended.at is null)
$$;
