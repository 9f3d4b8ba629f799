-- The operator's board of offboardings. Every function answers null to whoever is no operator.

-- `p_confirmation`: the invoice number or the business's name, typed by hand.
create function public.operator_offboard(p_run_id uuid, p_confirmation text, p_reason text, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  run public.provisioning_runs;
  this_business uuid;
  offboarding_id uuid;
begin
  if private.operator_name() is null then return null; end if;
  select * into run from public.provisioning_runs where id = p_run_id for update;
  if run.id is null then return null; end if;
  select b.id into this_business from public.businesses b where b.run_id = run.id;
  if length(btrim(coalesce(p_reason, ''))) not between 1 and 500 then return private.refused('reason'); end if;
  if lower(btrim(coalesce(p_confirmation, ''))) not in (lower(run.invoice_number), lower(coalesce(
       (select b.business_name from public.businesses b where b.id = this_business), run.invoice_number))) then
    return private.refused('confirmation');
  end if;
  if exists (select from public.offboardings o where o.client_id = run.client_id and o.undone_at is null) then return private.refused('already'); end if;
  insert into public.offboardings (run_id, client_id, reason, started_by, started_by_name, started_at)
  values (run.id, run.client_id, btrim(p_reason), (select auth.uid()), private.operator_name(), p_now)
  returning id into offboarding_id;
  insert into public.offboarding_steps (offboarding_id, step, position)
  select offboarding_id, s.step, s.position
    from unnest(array['StopProvisioning', 'SuspendBusiness', 'DisableLogin', 'QuarantineNumber', 'TellLeavingClient', 'AwaitRelease',
      'ReleaseNumber', 'CompleteOffboarding', 'RestoreBusiness', 'RestoreLogin', 'TellReturningClient', 'CompleteUndo']) with ordinality as s (step, position);
  perform private.operator_audit('started the offboarding', run.id, this_business, '{}', p_now);
  return private.done() || jsonb_build_object('offboardingId', offboarding_id);
end $$;
call private.member_only('public.operator_offboard');

-- `undo`: any time before the release is confirmed. `release`: after the quarantine, by somebody else than who started it, confirmed as above.
create function public.operator_decide_offboarding(
  p_offboarding_id uuid, p_decision text, p_confirmation text, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  o public.offboardings;
  run public.provisioning_runs;
begin
  if private.operator_name() is null then return null; end if;
  select * into o from public.offboardings where id = p_offboarding_id for update;
  if o.id is null then return null; end if;
  select * into strict run from public.provisioning_runs where id = o.run_id;
  if p_decision is null or p_decision not in ('release', 'undo') then return private.refused('decision'); end if;
  if o.decision is not null then return private.refused('decided'); end if;
  if p_decision = 'release' then
    if o.started_by = (select auth.uid()) then return private.refused('same-person'); end if;
    if o.release_after is null or o.release_after > p_now then return private.refused('too-early'); end if;
    if lower(btrim(coalesce(p_confirmation, ''))) not in (lower(run.invoice_number), lower(coalesce(
         (select b.business_name from public.businesses b where b.run_id = run.id), run.invoice_number))) then
      return private.refused('confirmation');
    end if;
  end if;
  update public.offboardings
     set decision = p_decision, decided_by = (select auth.uid()), decided_by_name = private.operator_name(), decided_at = p_now
   where id = o.id;
  update public.offboarding_steps set status = 'done', finished_at = p_now where offboarding_id = o.id and step = 'AwaitRelease' and status = 'waiting';
  perform private.operator_audit(case p_decision when 'undo' then 'undid the offboarding' else 'confirmed the release of the number' end,
    run.id, (select b.id from public.businesses b where b.run_id = run.id), '{}', p_now);
  return private.done() || jsonb_build_object('taskToken', case when o.wait_closed_at is null then o.wait_token end);
end $$;
call private.member_only('public.operator_decide_offboarding');

-- A new execution: the old one never began, failed, or waited in vain. Its steps do nothing twice; the old one is refused from then on.
create function public.operator_restart_offboarding(p_offboarding_id uuid, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare o public.offboardings;
begin
  if private.operator_name() is null then return null; end if;
  select * into o from public.offboardings where id = p_offboarding_id for update;
  if o.id is null then return null; end if;
  if o.completed_at is not null or o.undone_at is not null then return private.refused('over'); end if;
  if o.execution_id is not null and not exists (
       select from public.offboarding_steps s
        where s.offboarding_id = o.id and (s.status = 'failed' or (s.step = 'AwaitRelease' and s.status = 'waiting' and s.finished_at < p_now - interval '90 days'))) then
    return private.refused('under-way');
  end if;
  -- The old execution's token would wake nothing that may go on.
  update public.offboardings set execution_id = null, wait_token = null, wait_opened_at = null, wait_closed_at = null where id = o.id;
  if o.execution_id is not null then
    perform private.operator_audit('started the offboarding''s execution anew', o.run_id, null, '{}', p_now);
  end if;
  return private.done();
end $$;
call private.member_only('public.operator_restart_offboarding');

create function private.offboarding_summary(p_offboarding public.offboardings, p_now timestamptz) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'offboardingId', p_offboarding.id, 'runId', p_offboarding.run_id, 'reason', p_offboarding.reason, 'executionId', p_offboarding.execution_id,
    'startedBy', p_offboarding.started_by_name, 'startedByMe', p_offboarding.started_by = (select auth.uid()), 'startedAt', p_offboarding.started_at,
    'releaseAfter', p_offboarding.release_after, 'decision', p_offboarding.decision, 'decidedBy', p_offboarding.decided_by_name,
    'decidedAt', p_offboarding.decided_at, 'completedAt', p_offboarding.completed_at, 'undoneAt', p_offboarding.undone_at,
    'stoppedStep', p_offboarding.stopped_step, 'runWas', p_offboarding.run_was,
    'failedStep', (select s.step from public.offboarding_steps s where s.offboarding_id = p_offboarding.id and s.status = 'failed' limit 1),
    'isDue', p_offboarding.decision is null and coalesce(p_offboarding.release_after <= p_now, false),
    'invoiceNumber', r.invoice_number, 'clientName', c.name,
    'businessName', (select b.business_name from public.businesses b where b.run_id = r.id),
    'phoneNumber', (select n.e164 from public.phone_numbers n where n.run_id = r.id and n.state = 'quarantined'))
    from public.provisioning_runs r join public.clients c on c.id = r.client_id
   where r.id = p_offboarding.run_id
$$;
revoke execute on function private.offboarding_summary(public.offboardings, timestamptz) from public;

-- Everything that is not over, the longest first, then the last fifty that are.
create function public.operator_offboardings(p_now timestamptz) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('operatorName', private.operator_name(), 'offboardings', coalesce((
    select jsonb_agg(private.offboarding_summary(o, p_now) order by (o.completed_at is null and o.undone_at is null) desc, o.started_at)
      from public.offboardings o
     where (o.completed_at is null and o.undone_at is null)
        or o.id in (select d.id from public.offboardings d where d.completed_at is not null or d.undone_at is not null
                     order by coalesce(d.completed_at, d.undone_at) desc limit 50)), '[]'))
   where private.operator_name() is not null
$$;
call private.member_only('public.operator_offboardings');

-- The offboardings of one run, newest first, each with its checklist.
create function public.operator_run_offboardings(p_run_id uuid, p_now timestamptz) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'operatorName', private.operator_name(), 'runId', r.id, 'invoiceNumber', r.invoice_number, 'clientName', c.name, 'clientStatus', c.status,
    'businessName', (select b.business_name from public.businesses b where b.run_id = r.id),
    'phoneNumber', (select n.e164 from public.phone_numbers n where n.run_id = r.id and n.state not in ('released', 'reserved', 'requested')),
    'offboardings', coalesce((
      select jsonb_agg(private.offboarding_summary(o, p_now) || jsonb_build_object('steps', (
          select jsonb_agg(jsonb_build_object('step', s.step, 'status', s.status, 'attempts', s.attempts, 'finishedAt', s.finished_at,
                   'evidence', coalesce(s.evidence, '{}'), 'error', s.error, 'errorMessage', s.error_message) order by s.position)
            from public.offboarding_steps s where s.offboarding_id = o.id))
        order by o.started_at desc)
        from public.offboardings o where o.run_id = r.id), '[]'))
    from public.provisioning_runs r join public.clients c on c.id = r.client_id
   where r.id = p_run_id and private.operator_name() is not null
$$;
call private.member_only('public.operator_run_offboardings');
