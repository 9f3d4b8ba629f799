-- Offboarding: a client leaves, by an operator's confirmed action, and may come back until the number is released.
-- One row per offboarding; its execution walks it through shared/offboarding.ts's steps. What an undo needs is kept in `kept`.

-- `quarantined`: ours, switched off for its client, given to nobody until `quarantined_until`; `adopted`: bought by hand, webhooks not moved yet.
alter table public.phone_numbers drop constraint phone_numbers_state_check;
alter table public.phone_numbers
  add constraint phone_numbers_state_check
    check (state in ('reserved', 'requested', 'owned', 'configured', 'adopted', 'quarantined', 'released')),
  add column quarantined_at timestamptz,
  add column quarantined_until timestamptz,
  add constraint phone_numbers_quarantine_has_an_end check (state <> 'quarantined' or (sid is not null and quarantined_until is not null));

create table public.offboardings (
  id uuid primary key default gen_random_uuid(),
  run_id uuid not null references public.provisioning_runs (id),
  client_id uuid not null references public.clients (id),
  reason text not null check (length(btrim(reason)) between 1 and 500),
  -- Of `operators`, whom somebody may delete from there.
  started_by uuid not null,
  started_by_name text not null,
  started_at timestamptz not null,
  execution_id text unique,
  redrives integer not null default 0 check (redrives >= 0),
  -- Provisioning: what it was, when its last attempt was over, and at which step it stopped (null: it was complete).
  run_was text check (run_was in ('running', 'completed', 'cancelled')),
  stopped_at timestamptz,
  stopped_step text,
  suspended_at timestamptz,
  login_disabled_at timestamptz,
  quarantined_at timestamptz,
  -- From when on the number may be released.
  release_after timestamptz,
  -- What the client had before: statuses, the number's state, memberships, the calendar's address. Emptied at the end.
  kept jsonb not null default '{}' check (jsonb_typeof(kept) = 'object'),
  wait_token text,
  wait_opened_at timestamptz,
  wait_closed_at timestamptz,
  decision text check (decision in ('release', 'undo')),
  decided_by uuid,
  decided_by_name text,
  decided_at timestamptz,
  restored_at timestamptz,
  completed_at timestamptz,
  undone_at timestamptz,
  check ((wait_token is null) = (wait_opened_at is null)),
  check ((decision is null) = (decided_by is null) and (decision is null) = (decided_at is null)),
  check ((quarantined_at is null) = (release_after is null)),
  -- Four eyes, and never early, whoever writes here.
  check (decision <> 'release' or (decided_by <> started_by and release_after is not null and decided_at >= release_after)),
  check (completed_at is null or decision = 'release'),
  check (undone_at is null or decision = 'undo')
);
create unique index offboardings_one_per_client on public.offboardings (client_id) where undone_at is null;
create index offboardings_run_idx on public.offboardings (run_id);

create table public.offboarding_steps (
  offboarding_id uuid not null references public.offboardings (id) on delete cascade,
  step text not null,
  position smallint not null,
  status text not null default 'pending' check (status in ('pending', 'running', 'waiting', 'done', 'failed')),
  attempts integer not null default 0 check (attempts >= 0),
  attempted_at timestamptz,
  finished_at timestamptz,
  evidence jsonb check (jsonb_typeof(evidence) = 'object'),
  error text,
  error_message text,
  primary key (offboarding_id, step),
  unique (offboarding_id, position),
  check ((status = 'failed') = (error is not null))
);

do $$
declare table_name text;
begin
  foreach table_name in array array['offboardings', 'offboarding_steps'] loop
    execute format('alter table public.%I enable row level security', table_name);
    execute format('revoke all on public.%I from public, anon, authenticated', table_name);
    execute format('grant all on public.%I to service_role', table_name);
  end loop;
end $$;

-- A run that is cancelled begins no step any more, whoever asks.
create function private.refuse_cancelled_run() returns trigger language plpgsql set search_path = '' as $$
begin
  if exists (select from public.provisioning_runs r where r.id = new.run_id and r.status = 'cancelled') then
    perform private.fail('RunCancelled', 'the client of this run is being offboarded');
  end if;
  return new;
end $$;
revoke execute on function private.refuse_cancelled_run() from public;
grant execute on function private.refuse_cancelled_run() to service_role;
create trigger provisioning_steps_refuse_cancelled_run before update on public.provisioning_steps
  for each row when (new.attempts > old.attempts) execute function private.refuse_cancelled_run();

-- The steps, as the machine calls them.

create function private.lock_offboarding(p_offboarding_id uuid) returns public.offboardings
language plpgsql set search_path = '' as $$
declare found_row public.offboardings;
begin
  select * into found_row from public.offboardings where id = p_offboarding_id for update;
  if found_row.id is null then perform private.fail('RunNotFound', 'there is no such offboarding'); end if;
  return found_row;
end $$;

-- shared/offboarding.ts, Offboarding.
create function private.offboarding_json(p_offboarding_id uuid) returns jsonb
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
  left join public.phone_numbers n on n.run_id = r.id and n.state <> 'released'
  where o.id = p_offboarding_id
$$;
revoke execute on function private.lock_offboarding(uuid), private.offboarding_json(uuid) from public;
grant execute on function private.lock_offboarding(uuid), private.offboarding_json(uuid) to service_role;

-- `taken`: another execution has this offboarding, because its event came twice.
create function public.begin_offboarding_step(
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
  update public.offboarding_steps
     set status = 'running', attempts = attempts + 1, attempted_at = p_now, finished_at = null, error = null, error_message = null
   where offboarding_id = o.id and step = p_step;
  if not found then raise exception 'no such step'; end if;
  return jsonb_build_object('claim', 'yours', 'offboarding', private.offboarding_json(o.id));
end $$;
call private.service_only('public.begin_offboarding_step');

-- The wait is done only when there is a decision.
create function public.finish_offboarding_step(p_offboarding_id uuid, p_step text, p_evidence jsonb, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
declare o public.offboardings := private.lock_offboarding(p_offboarding_id);
begin
  update public.offboarding_steps
     set evidence = coalesce(evidence, '{}') || p_evidence, finished_at = p_now, error = null, error_message = null,
         status = case when p_step = 'AwaitRelease' and o.decision is null then 'waiting' else 'done' end
   where offboarding_id = o.id and step = p_step and status <> 'pending';
end $$;
call private.service_only('public.finish_offboarding_step');

create function public.fail_offboarding_step(p_offboarding_id uuid, p_step text, p_error text, p_message text, p_now timestamptz) returns void
language sql set search_path = '' as $$
  update public.offboarding_steps
     set status = 'failed', finished_at = p_now, error = p_error, error_message = left(p_message, 1000)
   where offboarding_id = p_offboarding_id and step = p_step and status = 'running';
$$;
call private.service_only('public.fail_offboarding_step');

-- The run begins no step from now on. Answers the step whose attempt may still be at work (a function has 60 s at most, and a cold start), else null.
create function public.cancel_run(p_offboarding_id uuid, p_now timestamptz) returns text
language plpgsql set search_path = '' as $$
declare
  o public.offboardings := private.lock_offboarding(p_offboarding_id);
  run public.provisioning_runs := private.lock_run(o.run_id);
  at_work text;
begin
  if o.run_was is null then update public.offboardings set run_was = run.status where id = o.id; end if;
  if run.status = 'running' then
    update public.provisioning_runs
       set status = 'cancelled', wait_closed_at = case when wait_token is not null then coalesce(wait_closed_at, p_now) end
     where id = run.id;
  end if;
  select s.step into at_work from public.provisioning_steps s
   where s.run_id = run.id and s.status = 'running' and s.attempted_at > p_now - interval '90 seconds' order by s.position limit 1;
  if at_work is null and o.stopped_at is null then
    update public.offboardings
       set stopped_at = p_now,
           stopped_step = (select s.step from public.provisioning_steps s where s.run_id = run.id and s.status <> 'done' order by s.position limit 1)
     where id = o.id;
  end if;
  return at_work;
end $$;
call private.service_only('public.cancel_run');

create function public.suspend_business(p_offboarding_id uuid, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
declare
  o public.offboardings := private.lock_offboarding(p_offboarding_id);
  business public.businesses;
begin
  if o.suspended_at is not null then return; end if;
  select * into business from public.businesses where run_id = o.run_id for update;
  update public.offboardings
     set suspended_at = p_now,
         kept = kept || jsonb_build_object('clientStatus', (select c.status from public.clients c where c.id = o.client_id),
           'businessStatus', business.status, 'subscriptionStatus', business.subscription_status)
   where id = o.id;
  update public.clients set status = 'Suspended' where id = o.client_id;
  update public.businesses set status = 'suspended', subscription_status = 'suspended' where id = business.id;
  -- What the owner was to hear is no news when the business comes back.
  update public.owner_alerts set done_at = p_now where business_id = business.id and done_at is null;
end $$;
call private.service_only('public.suspend_business');

-- Ends every membership, open invitation, unused link and calendar address. Answers who signs in nowhere else: no operator, no other business.
create function public.end_memberships(p_offboarding_id uuid, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  o public.offboardings := private.lock_offboarding(p_offboarding_id);
  this_business uuid;
begin
  select b.id into this_business from public.businesses b where b.run_id = o.run_id for update;
  if o.login_disabled_at is null then
    update public.offboardings
       set login_disabled_at = p_now,
           kept = kept || jsonb_build_object(
             'members', coalesce((
               select jsonb_agg(jsonb_build_object('userId', m.user_id, 'role', m.role, 'createdAt', m.created_at, 'lastViewedAt', m.last_viewed_at))
                 from public.business_members m
                where m.business_id = this_business and not exists (select from public.test_identities t where t.user_id = m.user_id)), '[]'),
             'walkthrough', coalesce((
               select jsonb_agg(jsonb_build_object('userId', w.user_id, 'step', w.step, 'status', w.status, 'at', w.at))
                 from public.walkthrough_steps w where w.business_id = this_business), '[]'),
             'feed', (select jsonb_build_object('tokenHash', f.token_hash, 'createdBy', f.created_by, 'createdAt', f.created_at)
                        from public.calendar_feeds f where f.business_id = this_business))
     where id = o.id
    returning * into o;
    delete from public.calendar_feeds f where f.business_id = this_business;
    update public.member_invitations i set withdrawn_at = p_now
     where i.business_id = this_business and i.accepted_at is null and i.withdrawn_at is null;
    delete from public.business_members m where m.business_id = this_business;
    update public.sign_in_links l set expires_at = least(l.expires_at, p_now)
     where l.used_at is null and not exists (select from public.business_members m where m.user_id = l.user_id)
       and l.user_id in (select (k ->> 'userId')::uuid from jsonb_array_elements(o.kept -> 'members') k);
  end if;
  return coalesce((
    select jsonb_agg(k ->> 'userId' order by k ->> 'userId') from jsonb_array_elements(o.kept -> 'members') k
     where not exists (select from public.business_members m where m.user_id = (k ->> 'userId')::uuid)
       and not exists (select from public.operators p where p.user_id = (k ->> 'userId')::uuid)), '[]');
end $$;
call private.service_only('public.end_memberships');

-- A number that is ours goes into quarantine for 30 days; a reservation that bought nothing is given up. Answers from when on it may be released.
create function public.quarantine_number(p_offboarding_id uuid, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  o public.offboardings := private.lock_offboarding(p_offboarding_id);
  number public.phone_numbers;
begin
  select * into number from public.phone_numbers n where n.run_id = o.run_id and n.state <> 'released' for update;
  if o.quarantined_at is null then
    update public.offboardings
       set quarantined_at = p_now, release_after = p_now + interval '30 days', kept = kept || jsonb_build_object('numberState', number.state)
     where id = o.id
    returning * into o;
  end if;
  if number.state in ('reserved', 'requested') then
    update public.phone_numbers set state = 'released', released_at = p_now where id = number.id;
  elsif number.state <> 'quarantined' then
    update public.phone_numbers set state = 'quarantined', quarantined_at = o.quarantined_at, quarantined_until = o.release_after where id = number.id;
  end if;
  return jsonb_build_object('releaseAfter', o.release_after);
end $$;
call private.service_only('public.quarantine_number');

-- The token is kept even if there is a decision already: should the caller die before it answers, nudge repeats the wake-up.
create function public.open_release_wait(p_offboarding_id uuid, p_task_token text, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare o public.offboardings := private.lock_offboarding(p_offboarding_id);
begin
  if o.wait_token is distinct from p_task_token then
    update public.offboardings set wait_token = p_task_token, wait_opened_at = p_now, wait_closed_at = null where id = o.id;
  end if;
  return jsonb_build_object('decision', o.decision);
end $$;
call private.service_only('public.open_release_wait');

create function public.close_release_wait(p_offboarding_id uuid, p_task_token text, p_now timestamptz) returns void
language sql set search_path = '' as $$
  update public.offboardings set wait_closed_at = coalesce(wait_closed_at, p_now) where id = p_offboarding_id and wait_token = p_task_token;
$$;
call private.service_only('public.close_release_wait');

-- Fails unless a second person has confirmed it: whoever wakes the execution by hand in the console has confirmed nothing.
create function public.check_release(p_offboarding_id uuid) returns void
language plpgsql set search_path = '' as $$
declare o public.offboardings := private.lock_offboarding(p_offboarding_id);
begin
  if o.decision is distinct from 'release' then
    perform private.fail('ReleaseNotConfirmed', 'no second person has confirmed the release on the operator''s board');
  end if;
end $$;
call private.service_only('public.check_release');

create function public.record_released(p_offboarding_id uuid, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
declare o public.offboardings := private.lock_offboarding(p_offboarding_id);
begin
  perform public.check_release(p_offboarding_id);
  update public.phone_numbers set state = 'released', released_at = p_now where run_id = o.run_id and state = 'quarantined';
  -- Whoever gets the number next is not this business.
  update public.businesses set phone_number = null where run_id = o.run_id;
end $$;
call private.service_only('public.record_released');

create function public.complete_offboarding(p_offboarding_id uuid, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
declare o public.offboardings := private.lock_offboarding(p_offboarding_id);
begin
  perform public.check_release(p_offboarding_id);
  update public.clients set status = 'Cancelled' where id = o.client_id;
  update public.businesses set status = 'closed', subscription_status = 'cancelled' where run_id = o.run_id;
  update public.offboardings set completed_at = coalesce(completed_at, p_now), kept = '{}' where id = o.id;
end $$;
call private.service_only('public.complete_offboarding');

-- Everything in the database is as it was; memberships of people who are gone meanwhile are not. Answers who may sign in again.
create function public.restore_business(p_offboarding_id uuid, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  o public.offboardings := private.lock_offboarding(p_offboarding_id);
  this_business uuid;
begin
  if o.decision is distinct from 'undo' then perform private.fail('ReleaseNotConfirmed', 'nobody has undone this offboarding on the operator''s board'); end if;
  select b.id into this_business from public.businesses b where b.run_id = o.run_id for update;
  if o.restored_at is null then
    update public.phone_numbers
       set state = coalesce(o.kept ->> 'numberState', 'owned'), quarantined_at = null, quarantined_until = null
     where run_id = o.run_id and state = 'quarantined';
    if o.suspended_at is not null then
      update public.clients set status = o.kept ->> 'clientStatus' where id = o.client_id;
      update public.businesses set status = o.kept ->> 'businessStatus', subscription_status = o.kept ->> 'subscriptionStatus' where id = this_business;
    end if;
    insert into public.business_members (business_id, user_id, role, created_at, last_viewed_at)
    select this_business, (k ->> 'userId')::uuid, k ->> 'role', (k ->> 'createdAt')::timestamptz, (k ->> 'lastViewedAt')::timestamptz
      from jsonb_array_elements(coalesce(o.kept -> 'members', '[]')) k
     where this_business is not null and private.email_of((k ->> 'userId')::uuid) is not null
    on conflict (business_id, user_id) do nothing;
    insert into public.walkthrough_steps (business_id, user_id, step, status, at)
    select this_business, (k ->> 'userId')::uuid, k ->> 'step', k ->> 'status', (k ->> 'at')::timestamptz
      from jsonb_array_elements(coalesce(o.kept -> 'walkthrough', '[]')) k
     where exists (select from public.business_members m where m.business_id = this_business and m.user_id = (k ->> 'userId')::uuid)
    on conflict do nothing;
    insert into public.calendar_feeds (business_id, token_hash, created_by, created_at)
    select this_business, o.kept #>> '{feed,tokenHash}', (o.kept #>> '{feed,createdBy}')::uuid, (o.kept #>> '{feed,createdAt}')::timestamptz
     where this_business is not null and o.kept #>> '{feed,tokenHash}' is not null
    on conflict do nothing;
    update public.offboardings set restored_at = p_now where id = o.id;
  end if;
  return coalesce((select jsonb_agg(k ->> 'userId' order by k ->> 'userId') from jsonb_array_elements(coalesce(o.kept -> 'members', '[]')) k), '[]');
end $$;
call private.service_only('public.restore_business');

-- Provisioning may go on. True: it was stopped half way.
create function public.resume_run(p_offboarding_id uuid) returns boolean
language plpgsql set search_path = '' as $$
declare o public.offboardings := private.lock_offboarding(p_offboarding_id);
begin
  if o.decision is distinct from 'undo' then perform private.fail('ReleaseNotConfirmed', 'nobody has undone this offboarding on the operator''s board'); end if;
  if o.run_was is distinct from 'running' then return false; end if;
  update public.provisioning_runs set status = 'running' where id = o.run_id and status = 'cancelled';
  return exists (select from public.provisioning_runs r where r.id = o.run_id and r.status = 'running');
end $$;
call private.service_only('public.resume_run');

create function public.complete_undo(p_offboarding_id uuid, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
declare o public.offboardings := private.lock_offboarding(p_offboarding_id);
begin
  update public.offboardings set undone_at = coalesce(undone_at, p_now), kept = '{}' where id = o.id and restored_at is not null;
end $$;
call private.service_only('public.complete_undo');

-- What nudge-offboarding has to do now. `starts`: no execution has claimed it within five minutes; `wakeUps`: a decision that woke nobody;
-- `releases`: the quarantine is over and nobody has decided, a week of it at a time.
create function public.due_offboardings(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'starts', coalesce((
      select jsonb_agg(o.id order by o.started_at) from public.offboardings o
       where o.execution_id is null and o.started_at < p_now - interval '5 minutes'), '[]'),
    'wakeUps', coalesce((
      select jsonb_agg(jsonb_build_object('offboardingId', o.id, 'taskToken', o.wait_token, 'decision', o.decision) order by o.decided_at)
        from public.offboardings o
       where o.decision is not null and o.wait_token is not null and o.wait_closed_at is null
         and greatest(o.decided_at, o.wait_opened_at) < p_now - interval '2 minutes'), '[]'),
    'releases', coalesce((
      select jsonb_agg(jsonb_build_object('offboardingId', o.id, 'invoiceNumber', r.invoice_number,
               'week', floor(extract(epoch from p_now - o.release_after) / 604800)::integer) order by o.release_after)
        from public.offboardings o join public.provisioning_runs r on r.id = o.run_id
       where o.decision is null and o.wait_token is not null and o.release_after <= p_now), '[]'))
$$;
call private.service_only('public.due_offboardings');

-- Whose an execution is that ended: an offboarding's own, or a provisioning that an offboarding has stopped. Null: neither.
create function public.offboarding_of_execution(p_execution_id text) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(
    (select jsonb_build_object('kind', 'offboarding', 'invoiceNumber', r.invoice_number)
       from public.offboardings o join public.provisioning_runs r on r.id = o.run_id where o.execution_id = p_execution_id),
    (select jsonb_build_object('kind', 'stopped', 'invoiceNumber', r.invoice_number)
       from public.provisioning_runs r join public.offboardings o on o.run_id = r.id
      where r.execution_id = p_execution_id and o.undone_at is null and (o.execution_id is not null or o.run_was is not null) limit 1))
$$;
call private.service_only('public.offboarding_of_execution');
